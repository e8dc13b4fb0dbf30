#include "tests/e2e/voter_crowd.h"

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/time/clock.h"
#include "common/rpc/channel.h"
#include "tests/e2e/arena_client.h"

namespace arena::testing {
namespace {

// A client's own deadline and pause between two tries.
constexpr absl::Duration kCallTimeout = absl::Seconds(3);
constexpr absl::Duration kBackoff = absl::Milliseconds(20);
constexpr absl::Duration kPatience = absl::Seconds(60);
constexpr int kAnyNumber = 1'000'000;
// A turn that died with its gateway is not to be had again; the voter takes another battle.
constexpr int kStreamTries = 3;
// One vote of so many is cast again after its receipt.
constexpr uint64_t kRepeatEach = 4;

bool IsWorthRepeating(grpc::StatusCode code) {
  return code == grpc::StatusCode::UNAVAILABLE || code == grpc::StatusCode::DEADLINE_EXCEEDED ||
         code == grpc::StatusCode::ABORTED || code == grpc::StatusCode::RESOURCE_EXHAUSTED ||
         code == grpc::StatusCode::CANCELLED;
}

uint64_t Next(uint64_t& state) {
  // An odd step through all values, mixed; enough for tests.
  state += 0x9e3779b97f4a7c15u;
  uint64_t mixed = (state ^ (state >> 31)) * 0xbf58476d1ce4e5b9u;
  return mixed ^ (mixed >> 29);
}

}  // namespace

PatientVoter::PatientVoter(const ArenaCluster& cluster, int first_replica, int replicas,
                           uint64_t seed, std::function<bool()> is_over)
    : replica_(static_cast<size_t>(first_replica)), seed_(seed), is_over_(std::move(is_over)) {
  for (int i = 0; i < replicas; ++i) {
    const auto channel = [&](const std::string& service) {
      return *rpc::MakeChannel({.address = cluster.address(service, i)});
    };
    replicas_.push_back({.matchmaker = v1::MatchmakerService::NewStub(channel("matchmaker")),
                         .gateway = v1::ModelGatewayService::NewStub(channel("model-gateway")),
                         .votes = v1::VoteService::NewStub(channel("vote-ingest"))});
  }
}

grpc::Status PatientVoter::Persist(const Call& call, int tries) {
  const absl::Time deadline = absl::Now() + kPatience;
  for (int attempt = 1;; ++attempt) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, kCallTimeout);
    const grpc::Status status = call(replicas_[replica_], context);
    if (status.ok() || !IsWorthRepeating(status.error_code())) return status;
    if (attempt >= tries || absl::Now() > deadline || is_over_()) return status;
    replica_ = (replica_ + 1) % replicas_.size();
    absl::SleepFor(kBackoff);
  }
}

std::optional<AcknowledgedVote> PatientVoter::Play() {
  const auto battle_id = CreateBattle();
  if (!battle_id || !StreamReplies(*battle_id)) return std::nullopt;
  AcknowledgedVote vote{.battle_id = *battle_id,
                        .choice = static_cast<v1::Choice>(1 + Next(seed_) % 4)};
  const auto receipt = CastVote(vote.battle_id, vote.choice);
  if (!receipt) return std::nullopt;
  vote.position = receipt->position();
  vote.models = receipt->models();
  if (Next(seed_) % kRepeatEach == 0) {
    const auto again = CastVote(vote.battle_id, vote.choice);
    if (again && !google::protobuf::util::MessageDifferencer::Equals(*again, *receipt)) {
      complaints_.push_back(fmt::format("battle {}: the receipt {} became {}", vote.battle_id,
                                        receipt->ShortDebugString(), again->ShortDebugString()));
    }
  }
  return vote;
}

std::optional<std::string> PatientVoter::CreateBattle() {
  v1::CreateBattleRequest request;
  request.set_request_id(NewRequestId());
  request.set_mode(v1::BATTLE_MODE_ANONYMOUS);
  v1::CreateBattleResponse response;
  const grpc::Status status = Persist(
      [&](Replica& replica, grpc::ClientContext& context) {
        return replica.matchmaker->CreateBattle(&context, request, &response);
      },
      kAnyNumber);
  if (status.ok()) return response.battle().battle_id();
  Complain("CreateBattle", request.request_id(), status);
  return std::nullopt;
}

bool PatientVoter::StreamReplies(const std::string& battle_id) {
  v1::StreamRepliesRequest request;
  request.set_battle_id(battle_id);
  request.set_request_id(NewRequestId());
  request.set_prompt("What is 17 + 26?");
  int complete = 0;
  const grpc::Status status = Persist(
      [&](Replica& replica, grpc::ClientContext& context) {
        complete = 0;
        const auto reader = replica.gateway->StreamReplies(&context, request);
        v1::StreamRepliesResponse event;
        while (reader->Read(&event)) {
          if (event.finished().end() == v1::SIDE_END_COMPLETE) ++complete;
        }
        return reader->Finish();
      },
      kStreamTries);
  if (status.error_code() == grpc::StatusCode::INTERNAL)
    Complain("StreamReplies", battle_id, status);
  return status.ok() && complete == 2;
}

std::optional<v1::CastVoteResponse> PatientVoter::CastVote(const std::string& battle_id,
                                                           v1::Choice choice) {
  v1::CastVoteRequest request;
  request.set_battle_id(battle_id);
  request.set_turn(1);
  request.set_choice(choice);
  v1::CastVoteResponse response;
  const grpc::Status status = Persist(
      [&](Replica& replica, grpc::ClientContext& context) {
        return replica.votes->CastVote(&context, request, &response);
      },
      kAnyNumber);
  if (status.ok()) return response;
  Complain("CastVote", battle_id, status);
  return std::nullopt;
}

void PatientVoter::Complain(const std::string& what, const std::string& battle_id,
                            const grpc::Status& status) {
  if (is_over_()) return;
  complaints_.push_back(fmt::format("{} of {}: {} (code {})", what, battle_id,
                                    status.error_message(), static_cast<int>(status.error_code())));
}

VoterCrowd::VoterCrowd(const ArenaCluster& cluster, int voters, int replicas, uint64_t seed)
    : playing_(voters) {
  for (int i = 0; i < voters; ++i) {
    threads_.emplace_back(
        [this, &cluster, i, replicas, seed] { Vote(cluster, i, replicas, seed); });
  }
}

VoterCrowd::~VoterCrowd() {
  {
    absl::MutexLock lock(&mutex_);
    is_over_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
}

void VoterCrowd::Vote(const ArenaCluster& cluster, int voter, int replicas, uint64_t seed) {
  PatientVoter player(cluster, voter % replicas, replicas, seed + static_cast<uint64_t>(voter),
                      [this] {
                        absl::MutexLock lock(&mutex_);
                        return is_over_;
                      });
  while (Continue()) {
    auto vote = player.Play();
    std::vector<std::string> complaints = player.TakeComplaints();
    absl::MutexLock lock(&mutex_);
    if (vote) acknowledged_.push_back(*std::move(vote));
    std::move(complaints.begin(), complaints.end(), std::back_inserter(complaints_));
  }
}

bool VoterCrowd::Continue() {
  absl::MutexLock lock(&mutex_);
  const auto may_go = [this]()
                          ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return is_over_ || !is_paused_; };
  --playing_;
  mutex_.Await(absl::Condition(&may_go));
  ++playing_;
  return !is_over_;
}

void VoterCrowd::Pause() {
  absl::MutexLock lock(&mutex_);
  is_paused_ = true;
  const auto nobody_plays = [this]()
                                ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return playing_ == 0; };
  mutex_.Await(absl::Condition(&nobody_plays));
}

void VoterCrowd::Resume() {
  absl::MutexLock lock(&mutex_);
  is_paused_ = false;
}

bool VoterCrowd::AwaitVotes(size_t more) {
  absl::MutexLock lock(&mutex_);
  const size_t enough = acknowledged_.size() + more;
  const auto has_enough = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return acknowledged_.size() >= enough;
  };
  return mutex_.AwaitWithTimeout(absl::Condition(&has_enough), kPatience);
}

std::vector<AcknowledgedVote> VoterCrowd::acknowledged() const {
  absl::MutexLock lock(&mutex_);
  return acknowledged_;
}

std::vector<std::string> VoterCrowd::complaints() const {
  absl::MutexLock lock(&mutex_);
  return complaints_;
}

}  // namespace arena::testing
