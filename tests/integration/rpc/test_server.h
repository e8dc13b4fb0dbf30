#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "arena/v1/matchmaker_service.grpc.pb.h"
#include "arena/v1/vote_service.grpc.pb.h"
#include "common/rpc/callers/voter.h"
#include "common/rpc/calls/server_stream.h"
#include "common/rpc/calls/unary_call.h"
#include "common/rpc/channel.h"
#include "common/rpc/server/server.h"

namespace arena::rpc {

// Handlers that a test fills in; the methods are borrowed from our API.
struct TestHandlers {
  std::function<void(const Call&, const v1::CreateBattleRequest&,
                     Responder<v1::CreateBattleResponse>)>
      create_battle;
  // Runs on the worker pool.
  std::function<absl::StatusOr<v1::GetBattleResponse>(const Call&, const v1::GetBattleRequest&)>
      get_battle;
  // Runs in the callback.
  std::function<absl::StatusOr<v1::ListModelsResponse>(const Call&, const v1::ListModelsRequest&)>
      list_models;
  std::function<void(const Call&, const v1::ExportVotesRequest&,
                     std::shared_ptr<ServerStream<v1::ExportVotesResponse>>)>
      export_votes;
  // What CreateBattle saw in the headers of the voter.
  absl::StatusOr<Voter> voter = Voter{};
};

struct TestServerOptions {
  ServerOptions server{.health_interval = absl::Milliseconds(5)};
  WorkerPool::Options workers{.name = "reader", .threads = 1, .queue_length = 1};
  StreamOptions stream;
  Scope create_battle_scope = Scope::kFrontend;
  std::vector<Dependency> dependencies;
};

// A real server on a free port of this machine, with channels to it.
class TestServer {
 public:
  TestServer(TestServerOptions options, TestHandlers handlers);
  ~TestServer();

  // Why the server did not start; OK when it did.
  absl::Status start_status() const { return server_.status(); }
  RpcServer& server() { return **server_; }
  std::string address() const { return "127.0.0.1:" + std::to_string((*server_)->port()); }
  TestHandlers& handlers() { return handlers_; }
  metrics::Registry& metrics() { return metrics_; }
  WorkerPool& workers() { return workers_; }

  std::shared_ptr<grpc::Channel> Channel(const std::string& api_key = "");
  std::unique_ptr<v1::MatchmakerService::Stub> Matchmaker(const std::string& api_key = "");
  std::unique_ptr<v1::VoteService::Stub> Votes();

 private:
  class MatchmakerHandlers;
  class VoteHandlers;

  TestHandlers handlers_;
  metrics::Registry metrics_{"test"};
  absl::StatusOr<std::unique_ptr<Environment>> environment_;
  WorkerPool workers_;
  std::unique_ptr<MatchmakerHandlers> matchmaker_;
  std::unique_ptr<VoteHandlers> votes_;
  absl::StatusOr<std::unique_ptr<RpcServer>> server_;
};

}  // namespace arena::rpc
