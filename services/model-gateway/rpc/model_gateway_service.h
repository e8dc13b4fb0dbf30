#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "arena/v1/model_gateway_service.grpc.pb.h"
#include "common/base/clock.h"
#include "common/rpc/server/environment.h"
#include "services/model-gateway/rpc/turn_stream.h"

namespace arena::model_gateway {

// StreamReplies, StopReplies and GetConversation: validate, decide, and hand on.
class ModelGatewayService : public v1::ModelGatewayService::CallbackService {
 public:
  // `replica` names this process among its replicas. All of it must outlive the service.
  ModelGatewayService(rpc::Environment& environment, const Clock& clock, TurnTools tools,
                      std::string replica);

  grpc::ServerWriteReactor<v1::StreamRepliesResponse>* StreamReplies(
      grpc::CallbackServerContext* context, const v1::StreamRepliesRequest* request) override;
  grpc::ServerUnaryReactor* StopReplies(grpc::CallbackServerContext* context,
                                        const v1::StopRepliesRequest* request,
                                        v1::StopRepliesResponse* response) override;
  grpc::ServerUnaryReactor* GetConversation(grpc::CallbackServerContext* context,
                                            const v1::GetConversationRequest* request,
                                            v1::GetConversationResponse* response) override;

 private:
  // A call of StreamReplies that is worth looking up.
  struct Ask {
    std::string frontend;
    BattleId battle;
    RequestId request_id;
    std::string prompt;
    Places::Place place;
    std::shared_ptr<ReplyStream> stream;
  };

  absl::Status CheckAsk(const v1::StreamRepliesRequest& request, Ask& ask) const;
  // Runs on a reader: looks the battle up, then replays the turn or starts it.
  absl::Status Answer(const Ask& ask);
  absl::Status StartTurn(const Ask& ask, Conversation conversation, int turn);
  absl::StatusOr<TurnPlan> MakePlan(const Ask& ask, Conversation conversation, int turn);
  // Whether the turn runs here; then it is being stopped.
  bool StopHere(const std::string& frontend, const v1::StopRepliesRequest& request);
  // What to say of a turn that does not run here.
  absl::StatusOr<v1::StopRepliesResponse> ExplainStop(const std::string& frontend,
                                                      const v1::StopRepliesRequest& request);
  absl::StatusOr<v1::GetConversationResponse> Read(const std::string& frontend,
                                                   const v1::GetConversationRequest& request);
  // BATTLE_NOT_FOUND unless it is the frontend's.
  absl::StatusOr<Conversation> LoadOwn(const BattleId& battle, const std::string& frontend);

  rpc::Method stream_replies_;
  rpc::Method stop_replies_;
  rpc::Method get_conversation_;
  const Clock& clock_;
  const TurnTools tools_;
  const std::string replica_;
  std::atomic<int64_t> attempts_ = 0;
};

}  // namespace arena::model_gateway
