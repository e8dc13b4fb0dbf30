#include "tests/integration/model_gateway/gateway_test.h"

#include <fmt/format.h>

#include <cstdlib>

#include "absl/time/clock.h"
#include "common/lifecycle/log.h"
#include "common/rpc/channel.h"
#include "common/rpc/grpc_status.h"

namespace arena::model_gateway {

GatewayTest::GatewayTest() {
  EXPECT_TRUE(lifecycle::InitLogging("test", "error").ok());
  auto demo = demo::DemoServer::Start({.speed = 0, .has_faults = true});
  EXPECT_TRUE(demo.ok()) << demo.status();
  demo_ = *std::move(demo);
  AddReplica();
}

GatewayTest::~GatewayTest() {
  for (size_t i = 0; i < replicas_.size(); ++i) ShutDown(i);
}

size_t GatewayTest::AddReplica(const std::function<void(Options&)>& adjust) {
  Options options;
  options.server.listen = "127.0.0.1:0";
  options.server.metrics_listen = "";
  options.server.drain_time = absl::Milliseconds(100);
  options.database.conninfo = database_.conninfo("arena_model_gateway");
  options.matchmaker.address = "";
  if (adjust) adjust(options);
  auto gateway = ModelGateway::Start(options);
  EXPECT_TRUE(gateway.ok()) << gateway.status();
  auto replica = std::make_unique<Replica>();
  replica->gateway = *std::move(gateway);
  const auto channel =
      rpc::MakeChannel({.address = fmt::format("127.0.0.1:{}", replica->gateway->port())});
  replica->stub = v1::ModelGatewayService::NewStub(*channel);
  replicas_.push_back(std::move(replica));
  return replicas_.size() - 1;
}

void GatewayTest::ShutDown(size_t replica) {
  if (replicas_[replica]->is_down) return;
  replicas_[replica]->is_down = true;
  lifecycle::RunShutdown(gateway(replica).shutdown_steps());
}

Endpoint GatewayTest::DemoEndpoint(const std::string& script) const {
  return {.url = demo_->url(), .remote_model = script};
}

int GatewayTest::AddModel(const std::string& script, absl::Duration first_token,
                          absl::Duration total) {
  Endpoint endpoint = DemoEndpoint(script);
  endpoint.first_token_timeout = first_token;
  endpoint.total_timeout = total;
  return AddModelAt(fmt::format("secret-name-{}", models_ + 1), {endpoint});
}

int GatewayTest::AddModelAt(const std::string& name, const std::vector<Endpoint>& endpoints) {
  InsertModel(admin_, ++models_, name, endpoints);
  return models_;
}

BattleId GatewayTest::AddBattle(int left, int right, BattleMode mode) {
  const BattleId id(NewId());
  InsertBattle(admin_, {.id = id, .mode = mode, .left_model = left, .right_model = right});
  return id;
}

BattleId GatewayTest::AddBattle(const std::string& left_script, const std::string& right_script,
                                BattleMode mode) {
  const int left = AddModel(left_script);
  const int right = AddModel(right_script);
  return AddBattle(left, right, mode);
}

v1::StreamRepliesRequest GatewayTest::Ask(const BattleId& battle, const std::string& prompt) {
  v1::StreamRepliesRequest request;
  request.set_battle_id(battle.ToString());
  request.set_request_id(NewId().ToString());
  request.set_prompt(prompt);
  return request;
}

Transcript GatewayTest::Stream(const v1::StreamRepliesRequest& request, size_t replica) {
  return ReplyCall(stub(replica), request).ReadAll();
}

absl::Status GatewayTest::Stop(const BattleId& battle, int turn, v1::Side side, size_t replica) {
  grpc::ClientContext context;
  rpc::SetDeadline(context, absl::Seconds(20));
  v1::StopRepliesRequest request;
  v1::StopRepliesResponse response;
  request.set_battle_id(battle.ToString());
  request.set_turn(turn);
  request.set_side(side);
  return rpc::FromGrpcStatus(stub(replica).StopReplies(&context, request, &response));
}

absl::StatusOr<v1::GetConversationResponse> GatewayTest::Read(const BattleId& battle,
                                                              size_t replica) {
  grpc::ClientContext context;
  rpc::SetDeadline(context, absl::Seconds(20));
  v1::GetConversationRequest request;
  v1::GetConversationResponse response;
  request.set_battle_id(battle.ToString());
  const absl::Status status =
      rpc::FromGrpcStatus(stub(replica).GetConversation(&context, request, &response));
  if (!status.ok()) return status;
  return response;
}

std::string GatewayTest::Facts(const BattleId& battle, const std::string& columns, int turn,
                               int side) {
  return ReadValue(admin_, fmt::format("select concat_ws(',', {}) from arena.turn_facts "
                                       "where battle_id = '{}' and turn = {} and side = {}",
                                       columns, battle.ToString(), turn, side));
}

void GatewayTest::WaitFor(const std::string& sql, const std::string& answer) {
  const absl::Time latest = absl::Now() + absl::Seconds(10);
  std::string found = ReadValue(admin_, sql);
  while (found != answer && absl::Now() < latest) found = ReadValue(admin_, sql);
  EXPECT_EQ(found, answer) << sql;
}

void GatewayTest::WaitForMetric(const std::string& line, double least) {
  const absl::Time latest = absl::Now() + absl::Seconds(30);
  while (Metric(line) < least) {
    ASSERT_LT(absl::Now(), latest) << line << " is " << Metric(line);
    absl::SleepFor(absl::Milliseconds(5));
  }
}

double GatewayTest::Metric(const std::string& line, size_t replica) {
  const std::string text = "\n" + gateway(replica).registry().Text();
  const size_t found = text.find("\n" + line + " ");
  return found == std::string::npos ? 0 : std::atof(text.c_str() + found + line.size() + 2);
}

}  // namespace arena::model_gateway
