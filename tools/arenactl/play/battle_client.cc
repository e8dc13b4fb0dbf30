#include "tools/arenactl/play/battle_client.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "absl/time/clock.h"
#include "common/base/ids.h"

namespace arena::arenactl {
namespace {

constexpr absl::Duration kReplyTimeout = absl::Minutes(10);

const char* NoteFor(v1::SideEnd end) {
  switch (end) {
    case v1::SIDE_END_COMPLETE:
      return "";
    case v1::SIDE_END_LENGTH:
      return "cut at its length limit";
    case v1::SIDE_END_FILTERED:
      return "withheld by its provider";
    case v1::SIDE_END_TRUNCATED:
      return "broke off";
    case v1::SIDE_END_TIMED_OUT:
      return "took too long";
    case v1::SIDE_END_CANCELLED:
      return "stopped";
    default:
      return "failed";
  }
}

int ColumnOf(v1::Side side) { return side == v1::SIDE_LEFT ? 0 : 1; }

void Apply(const v1::StreamRepliesResponse& event, Game& game) {
  const int column = ColumnOf(event.side());
  if (event.has_delta()) game.OnText(column, event.delta().text());
  if (event.has_finished()) game.OnSideEnded(column, NoteFor(event.finished().end()));
}

BattleClient::Change Failed(const absl::Status& status) {
  return [why = std::string(status.message())](Game& game) { game.OnFailed(why); };
}

}  // namespace

BattleClient::BattleClient(Servers servers)
    : servers_(std::move(servers)),
      matchmaker_(v1::MatchmakerService::NewStub(servers_.matchmaker.channel())),
      model_gateway_(v1::ModelGatewayService::NewStub(servers_.model_gateway.channel())),
      vote_ingest_(v1::VoteService::NewStub(servers_.vote_ingest.channel())),
      thread_([this] { Loop(); }) {}

BattleClient::~BattleClient() {
  {
    absl::MutexLock lock(&mutex_);
    is_stopping_ = true;
    if (context_ != nullptr) context_->TryCancel();
  }
  thread_.join();
}

void BattleClient::Begin(Action action) {
  absl::MutexLock lock(&mutex_);
  actions_.push_back(std::move(action));
}

std::deque<BattleClient::Change> BattleClient::TakeChanges() {
  absl::MutexLock lock(&mutex_);
  return std::exchange(changes_, {});
}

void BattleClient::Loop() {
  while (true) {
    Action action;
    {
      absl::MutexLock lock(&mutex_);
      const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return is_stopping_ || !actions_.empty();
      };
      mutex_.Await(absl::Condition(&has_work));
      if (is_stopping_) return;
      action = std::move(actions_.front());
      actions_.pop_front();
    }
    std::visit([this](const auto& each) { Do(each); }, action);
  }
}

void BattleClient::Do(const MakeBattle&) {
  v1::CreateBattleRequest request;
  request.set_request_id(NewRequestId());
  request.set_mode(v1::BATTLE_MODE_ANONYMOUS);
  v1::CreateBattleResponse response;
  const absl::Status status = servers_.matchmaker.Check(
      matchmaker_->CreateBattle(NewContext(kCallTimeout).get(), request, &response));
  if (!status.ok()) return Post(Failed(status));
  battle_id_ = response.battle().battle_id();
  turn_ = 0;
  Post([](Game& game) { game.OnBattleMade(); });
}

void BattleClient::Do(const SendPrompt& action) {
  v1::StreamRepliesRequest request;
  request.set_battle_id(battle_id_);
  request.set_request_id(NewRequestId());
  request.set_prompt(action.prompt);
  const auto context = NewContext(kReplyTimeout);
  const auto stream = model_gateway_->StreamReplies(context.get(), request);
  v1::StreamRepliesResponse event;
  while (stream->Read(&event)) {
    turn_ = event.turn();
    Post([event](Game& game) { Apply(event, game); });
  }
  const absl::Status status = servers_.model_gateway.Check(stream->Finish());
  if (!status.ok()) return Post(Failed(status));
  Post([](Game& game) { game.OnTurnEnded(); });
}

void BattleClient::Do(const CastVote& action) {
  v1::CastVoteRequest request;
  request.set_battle_id(battle_id_);
  request.set_turn(turn_);
  request.set_choice(static_cast<v1::Choice>(v1::CHOICE_LEFT + action.choice));
  v1::CastVoteResponse response;
  const absl::Status status = servers_.vote_ingest.Check(
      vote_ingest_->CastVote(NewContext(kCallTimeout).get(), request, &response));
  if (!status.ok()) return Post(Failed(status));
  Post([response](Game& game) {
    game.OnVoted(response.models().left(), response.models().right(),
                 fmt::format("Vote {} is in the log{}.", response.position(),
                             response.rated() ? "" : ", not rated"));
  });
}

void BattleClient::Post(Change change) {
  absl::MutexLock lock(&mutex_);
  changes_.push_back(std::move(change));
}

std::shared_ptr<grpc::ClientContext> BattleClient::NewContext(absl::Duration timeout) {
  auto context = std::make_shared<grpc::ClientContext>();
  rpc::SetDeadline(*context, timeout);
  absl::MutexLock lock(&mutex_);
  // The destructor may have looked for a call to cancel just before.
  if (is_stopping_) context->TryCancel();
  context_ = context;
  return context;
}

std::string BattleClient::NewRequestId() {
  return Uuid::MakeVersion7(absl::Now(), random_).ToString();
}

}  // namespace arena::arenactl
