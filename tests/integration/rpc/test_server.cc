#include "tests/integration/rpc/test_server.h"

#include <thread>

#include "absl/time/clock.h"

namespace arena::rpc {

class TestServer::MatchmakerHandlers : public v1::MatchmakerService::CallbackService {
 public:
  MatchmakerHandlers(Environment& environment, const TestServerOptions& options,
                     WorkerPool& workers, TestHandlers& handlers)
      : create_battle_(environment, "MatchmakerService/CreateBattle", options.create_battle_scope),
        get_battle_(environment, "MatchmakerService/GetBattle", kAllScopes),
        list_models_(environment, "MatchmakerService/ListModels", kAllScopes),
        workers_(workers),
        handlers_(handlers) {}

  grpc::ServerUnaryReactor* CreateBattle(grpc::CallbackServerContext* context,
                                         const v1::CreateBattleRequest* request,
                                         v1::CreateBattleResponse* response) override {
    handlers_.voter = VoterOf(*context);
    return UnaryCall(create_battle_, context, request, response, handlers_.create_battle);
  }
  grpc::ServerUnaryReactor* GetBattle(grpc::CallbackServerContext* context,
                                      const v1::GetBattleRequest* request,
                                      v1::GetBattleResponse* response) override {
    return BlockingCall(get_battle_, workers_, context, request, response, handlers_.get_battle);
  }
  grpc::ServerUnaryReactor* ListModels(grpc::CallbackServerContext* context,
                                       const v1::ListModelsRequest* request,
                                       v1::ListModelsResponse* response) override {
    return UnaryCall(list_models_, context, request, response, handlers_.list_models);
  }

 private:
  const Method create_battle_;
  const Method get_battle_;
  const Method list_models_;
  WorkerPool& workers_;
  TestHandlers& handlers_;
};

class TestServer::VoteHandlers : public v1::VoteService::CallbackService {
 public:
  VoteHandlers(Environment& environment, const StreamOptions& options, TestHandlers& handlers)
      : export_votes_(environment, "VoteService/ExportVotes", kAllScopes),
        options_(options),
        handlers_(handlers) {}

  grpc::ServerWriteReactor<v1::ExportVotesResponse>* ExportVotes(
      grpc::CallbackServerContext* context, const v1::ExportVotesRequest* request) override {
    return StreamCall<v1::ExportVotesResponse>(export_votes_, options_, context, request,
                                               handlers_.export_votes);
  }

 private:
  const Method export_votes_;
  const StreamOptions options_;
  TestHandlers& handlers_;
};

TestServer::TestServer(TestServerOptions options, TestHandlers handlers)
    : handlers_(std::move(handlers)),
      environment_(Environment::Make(options.server, metrics_)),
      workers_(options.workers),
      server_(absl::UnknownError("not started")) {
  if (!environment_.ok()) {
    server_ = environment_.status();
    return;
  }
  matchmaker_ = std::make_unique<MatchmakerHandlers>(**environment_, options, workers_, handlers_);
  votes_ = std::make_unique<VoteHandlers>(**environment_, options.stream, handlers_);
  server_ = RpcServer::Start(options.server, **environment_, {matchmaker_.get(), votes_.get()},
                             std::move(options.dependencies));
}

TestServer::~TestServer() = default;

std::shared_ptr<grpc::Channel> TestServer::Channel(const std::string& api_key) {
  return *MakeChannel({.address = address(), .api_key = api_key});
}

std::unique_ptr<v1::MatchmakerService::Stub> TestServer::Matchmaker(const std::string& api_key) {
  return v1::MatchmakerService::NewStub(Channel(api_key));
}

std::unique_ptr<v1::VoteService::Stub> TestServer::Votes() {
  return v1::VoteService::NewStub(Channel());
}

}  // namespace arena::rpc
