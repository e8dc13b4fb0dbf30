#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "arena/v1/leaderboard_service.grpc.pb.h"
#include "arena/v1/matchmaker_service.grpc.pb.h"
#include "arena/v1/model_gateway_service.grpc.pb.h"
#include "arena/v1/vote_service.grpc.pb.h"
#include "common/rpc/channel.h"
#include "tests/support/arena_cluster.h"

namespace arena::testing {

// Everything that could give one of the demonstration models away, in lower case; without what
// tells of the models in `but`, which the user knows.
std::vector<std::string> TellingWords(const ArenaCluster& cluster,
                                      const std::vector<std::string>& but = {});

// Those of `words` that stand in `text`.
std::vector<std::string> WordsIn(const std::string& text, const std::vector<std::string>& words);

// A client that keeps every byte that it is sent, messages and errors, and expects no header and no
// trailer beyond gRPC's own. Used by one thread.
class Eavesdropper {
 public:
  explicit Eavesdropper(const ArenaCluster& cluster);

  // Makes a unary call.
  template <typename Stub, typename Request, typename Response>
  grpc::Status Call(Stub& stub,
                    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response& response) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Seconds(30));
    const grpc::Status status = (stub.*method)(&context, request, &response);
    Keep(context, status, response.SerializeAsString());
    return status;
  }

  // The battle's id.
  std::string CreateBattle(const v1::CreateBattleRequest& request);
  // Streams one turn to its end; `on_event` is called after each event.
  grpc::Status Stream(const v1::StreamRepliesRequest& request,
                      const std::function<void(const v1::StreamRepliesResponse&)>& on_event = {});
  grpc::Status Stop(const std::string& battle_id, v1::Side side);
  v1::Battle GetBattle(const std::string& battle_id);
  v1::GetConversationResponse GetConversation(const std::string& battle_id);

  // Every further call that a curious client can make about a battle before it votes, refused ones
  // too, and what everybody may ask: health and public lists.
  void AskAround(const std::string& battle_id);
  // What everybody may read of votes and models; the bytes of all answers.
  std::string PublicAnswers();

  // All that was said, in lower case.
  const std::string& heard() const { return heard_; }
  // The replies of all turns, left first.
  const std::string& text(int side) const { return texts_[side]; }

  const std::unique_ptr<v1::MatchmakerService::Stub> matchmaker;
  const std::unique_ptr<v1::ModelGatewayService::Stub> gateway;
  const std::unique_ptr<v1::VoteService::Stub> votes;
  const std::unique_ptr<v1::LeaderboardService::Stub> leaderboards;

 private:
  void Keep(const grpc::ClientContext& context, const grpc::Status& status,
            const std::string& bytes);
  // Asks each service for its health.
  void AskHealth();

  std::vector<std::shared_ptr<grpc::Channel>> channels_;
  std::string texts_[2];
  std::string heard_;
};

}  // namespace arena::testing
