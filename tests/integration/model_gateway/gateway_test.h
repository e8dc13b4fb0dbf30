#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "arena/v1/model_gateway_service.grpc.pb.h"
#include "common/base/random.h"
#include "services/model-gateway/bind.h"
#include "tests/contract/model_gateway/gateway_rows.h"
#include "tests/integration/model_gateway/reply_call.h"
#include "tests/support/test_postgres.h"
#include "tools/demo-models/server/demo_server.h"

namespace arena::model_gateway {

// Real gateways on a real database, with the demonstration models as their provider.
class GatewayTest : public ::testing::Test {
 protected:
  GatewayTest();
  ~GatewayTest() override;

  // Another gateway on the same database. The first one is there from the start, with the options
  // that `Adjust` sees, and without a matchmaker.
  size_t AddReplica(const std::function<void(Options&)>& adjust = {});
  ModelGateway& gateway(size_t replica = 0) { return *replicas_[replica]->gateway; }
  v1::ModelGatewayService::Stub& stub(size_t replica = 0) { return *replicas_[replica]->stub; }
  // Shuts a replica down as SIGTERM does.
  void ShutDown(size_t replica = 0);

  Uuid NewId() { return Uuid::MakeVersion7(absl::Now(), random_); }
  // A model at the demonstration provider; `script` is its name there, with a fault after '!' if
  // one is wanted. Returns its id.
  int AddModel(const std::string& script, absl::Duration first_token = absl::Seconds(20),
               absl::Duration total = absl::Seconds(40));
  Endpoint DemoEndpoint(const std::string& script) const;
  int AddModelAt(const std::string& name, const std::vector<Endpoint>& endpoints);
  BattleId AddBattle(int left, int right, BattleMode mode = BattleMode::kAnonymous);
  // Between two new models; the left one has the smaller id.
  BattleId AddBattle(const std::string& left_script, const std::string& right_script,
                     BattleMode mode = BattleMode::kAnonymous);

  v1::StreamRepliesRequest Ask(const BattleId& battle,
                               const std::string& prompt = "What is 3 + 4?");
  // A call from its beginning to its end.
  Transcript Stream(const v1::StreamRepliesRequest& request, size_t replica = 0);
  absl::Status Stop(const BattleId& battle, int turn, v1::Side side = v1::SIDE_UNSPECIFIED,
                    size_t replica = 0);
  absl::StatusOr<v1::GetConversationResponse> Read(const BattleId& battle, size_t replica = 0);

  // Columns of a stored side, joined by commas; "none" while it is not stored.
  std::string Facts(const BattleId& battle, const std::string& columns, int turn = 1, int side = 1);
  // Waits until a query has that answer; fails the test when it does not within ten seconds.
  void WaitFor(const std::string& sql, const std::string& answer);
  // Waits until a metric's line has at least that value; fails the test when that takes long.
  void WaitForMetric(const std::string& line, double least);
  // The value of a metric's line, such as `arena_gateway_sides_total{end="failed"}`; 0 without.
  double Metric(const std::string& line, size_t replica = 0);

  testing::TestDatabase database_;
  Database admin_{{.conninfo = database_.conninfo()}};
  std::unique_ptr<demo::DemoServer> demo_;

 private:
  struct Replica {
    std::unique_ptr<ModelGateway> gateway;
    std::unique_ptr<v1::ModelGatewayService::Stub> stub;
    bool is_down = false;
  };

  SecureRandom random_;
  int models_ = 0;
  std::vector<std::unique_ptr<Replica>> replicas_;
};

}  // namespace arena::model_gateway
