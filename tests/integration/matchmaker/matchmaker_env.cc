#include "tests/integration/matchmaker/matchmaker_env.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include "common/base/hex.h"
#include "common/base/ids.h"
#include "common/base/keyed_hash.h"
#include "common/rpc/channel.h"
#include "common/rpc/grpc_status.h"

namespace arena::matchmaker {
namespace {

std::string KeysOfCallers() {
  std::string keys;
  for (const auto& [name, scope] :
       {std::pair("web", "frontend"), std::pair("mobile", "frontend"),
        std::pair("gateway", "service"), std::pair("ops", "operator")}) {
    keys += fmt::format("- {{name: {}, scope: {}, sha256: {}}}\n", name, scope,
                        ToHex(Sha256(std::string(name) + "-key")));
  }
  return keys;
}

}  // namespace

MatchmakerEnv::MatchmakerEnv() : keys_file_(folder_.Write("keys.yaml", KeysOfCallers())) {}

Options MatchmakerEnv::ServerOptions() const {
  Options options;
  options.server.listen = "127.0.0.1:0";
  options.server.metrics_listen = "";
  options.server.api_keys_file = keys_file_;
  options.server.log_level = "off";
  options.database.conninfo = database_.conninfo("arena_matchmaker");
  options.battle_key = std::string(32, 'a');
  options.voter_key = std::string(32, 'b');
  options.refresh_interval = absl::Milliseconds(20);
  return options;
}

Matchmaker& MatchmakerEnv::Server() {
  if (server_ == nullptr) server_ = StartServer(ServerOptions());
  return *server_;
}

std::unique_ptr<Matchmaker> MatchmakerEnv::StartServer(const Options& options) {
  auto server = Matchmaker::Start(options);
  EXPECT_TRUE(server.ok()) << server.status();
  return *std::move(server);
}

std::shared_ptr<grpc::Channel> MatchmakerEnv::ChannelOf(const std::string& caller,
                                                        Matchmaker* server) {
  const int port = (server == nullptr ? Server() : *server).port();
  return *rpc::MakeChannel(
      {.address = fmt::format("127.0.0.1:{}", port), .api_key = caller + "-key"});
}

std::unique_ptr<v1::MatchmakerService::Stub> MatchmakerEnv::Frontend(const std::string& caller,
                                                                     Matchmaker* server) {
  return v1::MatchmakerService::NewStub(ChannelOf(caller, server));
}

std::unique_ptr<v1::ModelAdminService::Stub> MatchmakerEnv::Admin(const std::string& caller,
                                                                  Matchmaker* server) {
  return v1::ModelAdminService::NewStub(ChannelOf(caller, server));
}

std::unique_ptr<internal::v1::RedrawService::Stub> MatchmakerEnv::Redraws(
    const std::string& caller) {
  return internal::v1::RedrawService::NewStub(ChannelOf(caller, nullptr));
}

void MatchmakerEnv::AddModels(int count) {
  v1::ApplyModelsRequest request;
  for (int i = 1; i <= count; ++i) *request.add_models() = SpecNamed(fmt::format("model-{}", i));
  v1::ApplyModelsResponse response;
  const grpc::Status status =
      Call(*Admin("ops"), &v1::ModelAdminService::Stub::ApplyModels, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
}

absl::StatusOr<v1::Battle> MatchmakerEnv::Create(const v1::CreateBattleRequest& request,
                                                 const std::string& caller) {
  v1::CreateBattleResponse response;
  const grpc::Status status =
      Call(*Frontend(caller), &v1::MatchmakerService::Stub::CreateBattle, request, &response);
  if (!status.ok()) return rpc::FromGrpcStatus(status);
  return response.battle();
}

absl::StatusOr<v1::Battle> MatchmakerEnv::Get(const std::string& battle_id,
                                              const std::string& caller) {
  v1::GetBattleRequest request;
  request.set_battle_id(battle_id);
  v1::GetBattleResponse response;
  const grpc::Status status =
      Call(*Frontend(caller), &v1::MatchmakerService::Stub::GetBattle, request, &response);
  if (!status.ok()) return rpc::FromGrpcStatus(status);
  return response.battle();
}

v1::CreateBattleRequest MatchmakerEnv::NewRequest() {
  v1::CreateBattleRequest request;
  request.set_request_id(Uuid::MakeVersion7(absl::Now(), random_).ToString());
  request.set_mode(v1::BATTLE_MODE_ANONYMOUS);
  return request;
}

v1::ModelSpec SpecNamed(const std::string& name, v1::ModelState state) {
  v1::ModelSpec spec;
  spec.mutable_model()->set_name(name);
  spec.mutable_model()->set_state(state);
  spec.mutable_model()->add_capabilities(v1::CAPABILITY_VISION);
  v1::ModelEndpoint& endpoint = *spec.add_endpoints();
  endpoint.set_protocol(v1::ENDPOINT_PROTOCOL_OPENAI);
  endpoint.set_url("http://127.0.0.1:1/v1");
  return spec;
}

bool ComesTrue(const std::function<bool()>& condition) {
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  while (absl::Now() < deadline) {
    if (condition()) return true;
    std::this_thread::yield();
  }
  return false;
}

}  // namespace arena::matchmaker
