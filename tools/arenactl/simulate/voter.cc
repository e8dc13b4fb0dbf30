#include "tools/arenactl/simulate/voter.h"

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

#include <functional>
#include <utility>

#include "absl/time/clock.h"
#include "arena/v1/matchmaker_service.grpc.pb.h"
#include "arena/v1/model_gateway_service.grpc.pb.h"
#include "arena/v1/vote_service.grpc.pb.h"
#include "common/base/ids.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"

namespace arena::arenactl {
namespace {

// Longer than any provider's deadline by default.
constexpr absl::Duration kStreamTimeout = absl::Minutes(6);

std::string NewRequestId() {
  static SecureRandom random;
  return Uuid::MakeVersion7(absl::Now(), random).ToString();
}

// Makes an idempotent call until it succeeds, fails for good, or patience ends.
absl::Status Persist(absl::Duration patience, const std::function<absl::Status()>& call) {
  const absl::Time deadline = absl::Now() + patience;
  for (int attempt = 1;; ++attempt) {
    const absl::Status status = call();
    if (status.ok() || !IsWorthRepeating(status)) return status;
    const absl::Duration wait = BackoffBefore(attempt);
    if (absl::Now() + wait > deadline) return status;
    absl::SleepFor(wait);
  }
}

}  // namespace

Voter::Voter(VoterServers servers, std::string pseudonym, absl::Duration patience)
    : servers_(std::move(servers)), pseudonym_(std::move(pseudonym)), patience_(patience) {}

void Voter::Prepare(grpc::ClientContext& context, absl::Duration timeout) const {
  rpc::SetDeadline(context, timeout);
  context.AddMetadata("arena-voter", pseudonym_);
}

absl::StatusOr<PlayedBattle> Voter::Play(const demo::Question& question) {
  ARENA_ASSIGN_OR_RETURN(const std::string battle_id, CreateBattle());
  ARENA_ASSIGN_OR_RETURN(const ReplyCollector replies, StreamReplies(battle_id, question.prompt));
  const v1::Choice choice = ChoiceByAnswer(replies.left(), replies.right(), question.expected);
  v1::BattleModels models;
  ARENA_ASSIGN_OR_RETURN(const PlayedBattle played, Vote(battle_id, choice, models));
  ARENA_RETURN_IF_ERROR(CheckReveal(battle_id, played, models));
  return played;
}

absl::StatusOr<std::string> Voter::CreateBattle() {
  v1::MatchmakerService::Stub stub(servers_.matchmaker.channel());
  v1::CreateBattleRequest request;
  request.set_request_id(NewRequestId());
  request.set_mode(v1::BATTLE_MODE_ANONYMOUS);
  v1::CreateBattleResponse response;
  ARENA_RETURN_IF_ERROR(Persist(patience_, [&] {
    grpc::ClientContext context;
    Prepare(context, kCallTimeout);
    return servers_.matchmaker.Check(stub.CreateBattle(&context, request, &response));
  }));
  if (response.battle().has_models()) {
    return absl::InternalError("A new battle names its models.");
  }
  return response.battle().battle_id();
}

absl::Status Voter::StreamOnce(const v1::StreamRepliesRequest& request, ReplyCollector& replies) {
  v1::ModelGatewayService::Stub stub(servers_.model_gateway.channel());
  grpc::ClientContext context;
  Prepare(context, kStreamTimeout);
  const auto reader = stub.StreamReplies(&context, request);
  v1::StreamRepliesResponse event;
  absl::Status promises;
  while (promises.ok() && reader->Read(&event)) promises = replies.Add(event);
  if (!promises.ok()) context.TryCancel();
  const grpc::Status end = reader->Finish();
  ARENA_RETURN_IF_ERROR(promises);
  ARENA_RETURN_IF_ERROR(servers_.model_gateway.Check(end));
  return replies.CheckEnded();
}

absl::StatusOr<ReplyCollector> Voter::StreamReplies(const std::string& battle_id,
                                                    const std::string& prompt) {
  v1::StreamRepliesRequest request;
  request.set_battle_id(battle_id);
  request.set_request_id(NewRequestId());
  request.set_prompt(prompt);
  ReplyCollector replies;
  ARENA_RETURN_IF_ERROR(Persist(patience_, [&] {
    // A repeat tells the whole turn again.
    replies = ReplyCollector();
    return StreamOnce(request, replies);
  }));
  return replies;
}

absl::StatusOr<PlayedBattle> Voter::Vote(const std::string& battle_id, v1::Choice choice,
                                         v1::BattleModels& models) {
  v1::VoteService::Stub stub(servers_.vote_ingest.channel());
  v1::CastVoteRequest request;
  request.set_battle_id(battle_id);
  request.set_turn(1);
  request.set_choice(choice);
  v1::CastVoteResponse receipt;
  ARENA_RETURN_IF_ERROR(Persist(patience_, [&] {
    grpc::ClientContext context;
    Prepare(context, kCallTimeout);
    return servers_.vote_ingest.Check(stub.CastVote(&context, request, &receipt));
  }));
  models = receipt.models();
  return PlayedBattle{
      .choice = choice, .position = receipt.position(), .is_rated = receipt.rated()};
}

absl::Status Voter::CheckReveal(const std::string& battle_id, const PlayedBattle& played,
                                const v1::BattleModels& models) {
  v1::MatchmakerService::Stub stub(servers_.matchmaker.channel());
  v1::GetBattleRequest request;
  request.set_battle_id(battle_id);
  v1::GetBattleResponse response;
  ARENA_RETURN_IF_ERROR(Persist(patience_, [&] {
    grpc::ClientContext context;
    Prepare(context, kCallTimeout);
    return servers_.matchmaker.Check(stub.GetBattle(&context, request, &response));
  }));
  const v1::Battle& battle = response.battle();
  const bool names_two =
      !models.left().empty() && !models.right().empty() && models.left() != models.right();
  const bool agrees = battle.state() == v1::BATTLE_STATE_REVEALED &&
                      google::protobuf::util::MessageDifferencer::Equals(battle.models(), models) &&
                      battle.votes_size() == 1 && battle.votes(0).choice() == played.choice &&
                      battle.votes(0).position() == played.position;
  if (names_two && agrees && played.position > 0) return absl::OkStatus();
  return absl::InternalError(fmt::format(
      "Battle {} does not show the vote of its receipt, position {}.", battle_id, played.position));
}

}  // namespace arena::arenactl
