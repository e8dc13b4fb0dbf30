#include "services/model-gateway/rpc/model_gateway_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/rpc/calls/unary_call.h"
#include "services/model-gateway/core/errors.h"
#include "services/model-gateway/core/turn_rules.h"
#include "services/model-gateway/rpc/convert.h"

namespace arena::model_gateway {
namespace {

absl::Duration LongestReply(const std::vector<ModelEndpoints>& targets) {
  absl::Duration longest = absl::ZeroDuration();
  for (const ModelEndpoints& target : targets) {
    for (const Endpoint& endpoint : target.endpoints) {
      longest = std::max(longest, endpoint.total_timeout);
    }
  }
  // A model without endpoints fails at once, and what is drawn instead needs time.
  return longest == absl::ZeroDuration() ? Endpoint().total_timeout : longest;
}

absl::StatusOr<std::optional<Side>> ParseStoppedSide(v1::Side side) {
  if (side == v1::SIDE_UNSPECIFIED) return std::optional<Side>();
  if (side == v1::SIDE_LEFT || side == v1::SIDE_RIGHT) return static_cast<Side>(side);
  return FieldInvalid("side", "SIDE_LEFT, SIDE_RIGHT or unspecified");
}

}  // namespace

ModelGatewayService::ModelGatewayService(rpc::Environment& environment, const Clock& clock,
                                         TurnTools tools, std::string replica)
    : stream_replies_(environment, "ModelGatewayService/StreamReplies", rpc::Scope::kFrontend),
      stop_replies_(environment, "ModelGatewayService/StopReplies", rpc::Scope::kFrontend),
      get_conversation_(environment, "ModelGatewayService/GetConversation", rpc::Scope::kFrontend),
      clock_(clock),
      tools_(tools),
      replica_(std::move(replica)) {}

grpc::ServerWriteReactor<v1::StreamRepliesResponse>* ModelGatewayService::StreamReplies(
    grpc::CallbackServerContext* context, const v1::StreamRepliesRequest* request) {
  return rpc::StreamCall<v1::StreamRepliesResponse>(
      stream_replies_, ReplyStreamOptions(), context, request,
      [this](const rpc::Call& call, const v1::StreamRepliesRequest& received,
             std::shared_ptr<ReplyStream> stream) {
        Ask ask{.frontend = call.principal.name, .stream = stream};
        absl::Status status = CheckAsk(received, ask);
        if (status.ok()) {
          status = tools_.readers.Run([this, ask = std::move(ask)] {
            const absl::Status answered = Answer(ask);
            if (!answered.ok()) ask.stream->Finish(answered);
          });
        }
        if (!status.ok()) stream->Finish(status);
      });
}

absl::Status ModelGatewayService::CheckAsk(const v1::StreamRepliesRequest& request,
                                           Ask& ask) const {
  ARENA_ASSIGN_OR_RETURN(ask.battle, BattleId::Parse(request.battle_id()));
  ARENA_ASSIGN_OR_RETURN(ask.request_id, RequestId::Parse(request.request_id(), clock_.Now()));
  ARENA_RETURN_IF_ERROR(CheckPrompt(request.prompt()));
  ask.prompt = request.prompt();
  ask.place = tools_.running.TakePlace();
  return ask.place != nullptr ? absl::OkStatus() : Overloaded("kConcurrentStreams");
}

absl::Status ModelGatewayService::Answer(const Ask& ask) {
  ARENA_ASSIGN_OR_RETURN(Conversation conversation, tools_.store.Load(ask.battle));
  const TurnRequest request{
      .frontend = ask.frontend, .request_id = ask.request_id, .prompt_digest = Sha256(ask.prompt)};
  ARENA_ASSIGN_OR_RETURN(const TurnDecision decision,
                         DecideTurn(conversation, request, clock_.Now()));
  if (!decision.is_replay) return StartTurn(ask, std::move(conversation), decision.turn);
  const StoredTurn& turn = conversation.turns[static_cast<size_t>(decision.turn) - 1];
  // What waits for a slow reader holds its place, as a turn does.
  ask.stream->WhenCancelled([place = ask.place] {});
  for (auto& event : EventsOf(conversation, turn)) ask.stream->Write(std::move(event));
  ask.stream->Finish(absl::OkStatus());
  return absl::OkStatus();
}

absl::Status ModelGatewayService::StartTurn(const Ask& ask, Conversation conversation, int turn) {
  ARENA_ASSIGN_OR_RETURN(TurnPlan plan, MakePlan(ask, std::move(conversation), turn));
  const auto stream = std::make_shared<TurnStream>(tools_, std::move(plan), ask.stream, ask.place);
  if (const auto other = tools_.running.Add(stream); other != nullptr) {
    return LostTurn(stream->start(), other->start().request_id, other->start().prompt_digest);
  }
  // Before it begins: a pause that ended unheard would never end. The place is held for as long as
  // the call is open: its last events may wait for a slow reader after the turn has ended.
  ask.stream->WhenCancelled([weak = std::weak_ptr(stream), place = ask.place] {
    if (const auto running = weak.lock()) running->ClientLeft();
  });
  ask.stream->WhenWritable([weak = std::weak_ptr(stream)] {
    if (const auto running = weak.lock()) running->BecameWritable();
  });
  stream->Begin();
  return absl::OkStatus();
}

absl::StatusOr<TurnPlan> ModelGatewayService::MakePlan(const Ask& ask, Conversation conversation,
                                                       int turn) {
  std::vector<ModelId> models;
  for (const Side side : conversation.sides()) models.push_back(conversation.model(side));
  ARENA_ASSIGN_OR_RETURN(auto targets, tools_.store.ReadEndpoints(models));
  TurnPlan plan{.conversation = std::move(conversation),
                .longest = LongestReply(targets),
                .prompt_facts = DescribePrompt(ask.prompt),
                .targets = std::move(targets)};
  plan.start = {.battle = ask.battle,
                .turn = turn,
                .request_id = ask.request_id,
                .prompt_digest = Sha256(ask.prompt),
                .prompt = ask.prompt,
                .owner = fmt::format("{}/{}", replica_, ++attempts_),
                .deadline = clock_.Now() + plan.longest + limits::kStorePatience};
  return plan;
}

grpc::ServerUnaryReactor* ModelGatewayService::StopReplies(grpc::CallbackServerContext* context,
                                                           const v1::StopRepliesRequest* request,
                                                           v1::StopRepliesResponse* response) {
  return rpc::UnaryCall(stop_replies_, context, request, response,
                        [this](const rpc::Call& call, const v1::StopRepliesRequest& received,
                               const rpc::Responder<v1::StopRepliesResponse>& respond) {
                          // A turn that runs here is stopped without a look at the database.
                          if (StopHere(call.principal.name, received))
                            return respond(v1::StopRepliesResponse());
                          const absl::Status accepted =
                              tools_.readers.Run([this, &call, &received, respond] {
                                respond(ExplainStop(call.principal.name, received));
                              });
                          if (!accepted.ok()) respond(accepted);
                        });
}

bool ModelGatewayService::StopHere(const std::string& frontend,
                                   const v1::StopRepliesRequest& request) {
  const auto battle = BattleId::Parse(request.battle_id());
  const auto side = ParseStoppedSide(request.side());
  if (!battle.ok() || !side.ok()) return false;
  const auto running = tools_.running.Find(*battle, request.turn());
  if (running == nullptr || running->conversation().frontend != frontend) return false;
  running->StopReplies(*side);
  return true;
}

absl::StatusOr<v1::StopRepliesResponse> ModelGatewayService::ExplainStop(
    const std::string& frontend, const v1::StopRepliesRequest& request) {
  ARENA_ASSIGN_OR_RETURN(const BattleId battle, BattleId::Parse(request.battle_id()));
  ARENA_ASSIGN_OR_RETURN(const std::optional<Side> side, ParseStoppedSide(request.side()));
  ARENA_ASSIGN_OR_RETURN(const Conversation conversation, LoadOwn(battle, frontend));
  if (request.turn() < 1 || static_cast<size_t>(request.turn()) > conversation.turns.size()) {
    return TurnUnknown();
  }
  const StoredTurn& turn = conversation.turns[static_cast<size_t>(request.turn()) - 1];
  for (const Side each : conversation.sides()) {
    const bool is_meant = !side.has_value() || *side == each;
    if (is_meant && !EndAt(turn, each, clock_.Now()).has_value()) return StreamElsewhere();
  }
  return v1::StopRepliesResponse();
}

grpc::ServerUnaryReactor* ModelGatewayService::GetConversation(
    grpc::CallbackServerContext* context, const v1::GetConversationRequest* request,
    v1::GetConversationResponse* response) {
  return rpc::BlockingCall(
      get_conversation_, tools_.readers, context, request, response,
      [this](const rpc::Call& call, const v1::GetConversationRequest& received) {
        return Read(call.principal.name, received);
      });
}

absl::StatusOr<v1::GetConversationResponse> ModelGatewayService::Read(
    const std::string& frontend, const v1::GetConversationRequest& request) {
  ARENA_ASSIGN_OR_RETURN(const BattleId battle, BattleId::Parse(request.battle_id()));
  ARENA_ASSIGN_OR_RETURN(const Conversation conversation, LoadOwn(battle, frontend));
  v1::GetConversationResponse response = ToProto(conversation, clock_.Now());
  if (conversation.is_revealed || conversation.mode != BattleMode::kAnonymous) {
    ARENA_ASSIGN_OR_RETURN(const BattleNames names, tools_.store.ReadNames(conversation));
    response.mutable_models()->set_left(names.left);
    response.mutable_models()->set_right(names.right);
  }
  if (response.ByteSizeLong() > limits::kMessageBytes) return Overloaded("kMessageBytes");
  return response;
}

absl::StatusOr<Conversation> ModelGatewayService::LoadOwn(const BattleId& battle,
                                                          const std::string& frontend) {
  ARENA_ASSIGN_OR_RETURN(Conversation conversation, tools_.store.Load(battle));
  if (conversation.frontend != frontend) return BattleNotFound();
  return conversation;
}

}  // namespace arena::model_gateway
