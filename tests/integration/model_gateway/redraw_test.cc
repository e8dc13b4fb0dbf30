// A model that fails altogether before its first token, and a matchmaker that draws another.
#include <fmt/format.h>
#include <grpcpp/server_builder.h>

#include <map>

#include "absl/synchronization/mutex.h"
#include "arena/internal/v1/redraw_service.grpc.pb.h"
#include "common/base/errors.h"
#include "common/rpc/grpc_status.h"
#include "tests/integration/model_gateway/gateway_test.h"

namespace arena::model_gateway {
namespace {

// Draws the model that a test names for a side, as matchmaker does: once a side, stored,
// idempotent.
class FakeRedraws : public internal::v1::RedrawService::Service {
 public:
  explicit FakeRedraws(Database& admin) : admin_(admin) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  ~FakeRedraws() override { server_->Shutdown(); }

  std::string address() const { return fmt::format("127.0.0.1:{}", port_); }
  void Offer(Side side, int model) { offers_[side] = model; }

  // "side@draw" of each call, in order.
  std::vector<std::string> calls() {
    absl::MutexLock lock(&mutex_);
    return calls_;
  }

  grpc::Status RedrawSide(grpc::ServerContext*, const internal::v1::RedrawSideRequest* request,
                          internal::v1::RedrawSideResponse* response) override {
    absl::MutexLock lock(&mutex_);
    calls_.push_back(
        fmt::format("{}@{}", static_cast<int>(request->side()), request->draw_number()));
    const auto offer = offers_.find(static_cast<Side>(request->side()));
    if (offer == offers_.end()) {
      return rpc::ToGrpcStatus(
          MakeError(absl::StatusCode::kFailedPrecondition, "REDRAW_NOT_POSSIBLE", "Not possible."));
    }
    const BattleId battle = *BattleId::Parse(request->battle_id());
    const int draw = static_cast<int>(calls_.size()) + 1;
    InsertDraw(admin_, battle, draw, offers_.contains(Side::kLeft) ? offers_[Side::kLeft] : 1,
               offers_.contains(Side::kRight) ? offers_[Side::kRight] : 2);
    response->set_draw_number(draw);
    response->set_model_id(offer->second);
    return grpc::Status::OK;
  }

 private:
  Database& admin_;
  int port_ = 0;
  std::map<Side, int> offers_;
  absl::Mutex mutex_;
  std::vector<std::string> calls_;
  std::unique_ptr<grpc::Server> server_;
};

using Calls = std::vector<std::string>;

class GatewayRedrawTest : public GatewayTest {
 protected:
  GatewayRedrawTest() {
    replica_ =
        AddReplica([this](Options& options) { options.matchmaker.address = redraws_.address(); });
  }

  FakeRedraws redraws_{admin_};
  size_t replica_ = 0;
};

TEST_F(GatewayRedrawTest, ModelThatFailsBeforeItsFirstTokenIsDrawnAgainOnce) {
  const BattleId battle = AddBattle("juniper-large!http=500", "aspen-chat");
  redraws_.Offer(Side::kLeft, AddModel("cedar-instruct"));
  const Transcript said = Stream(Ask(battle), replica_);
  ASSERT_TRUE(said.status.ok()) << said.status;
  EXPECT_EQ(said.end.at(v1::SIDE_LEFT), v1::SIDE_END_COMPLETE);
  EXPECT_NE(said.text.at(v1::SIDE_LEFT), "");
  EXPECT_EQ(redraws_.calls(), Calls({"1@1"}));
  EXPECT_EQ(Facts(battle, "draw_number, model_id", 1, 1), "2,3");
  EXPECT_EQ(Facts(battle, "draw_number, model_id", 1, 2), "1,2");
  // The next turn goes to the new model.
  ASSERT_TRUE(Stream(Ask(battle), replica_).status.ok());
  EXPECT_EQ(Facts(battle, "draw_number, model_id", 2, 1), "2,3");
}

TEST_F(GatewayRedrawTest, NoFirstTokenInTimeIsAFailureToo) {
  const BattleId battle =
      AddBattle(AddModel("aspen-chat"),
                AddModel("juniper-large!stall-before-first", absl::Milliseconds(100)));
  redraws_.Offer(Side::kRight, AddModel("cedar-instruct"));
  const Transcript said = Stream(Ask(battle), replica_);
  EXPECT_EQ(said.end.at(v1::SIDE_RIGHT), v1::SIDE_END_COMPLETE);
  EXPECT_EQ(redraws_.calls(), Calls({"2@1"}));
}

TEST_F(GatewayRedrawTest, SecondModelThatFailsIsNotDrawnAgain) {
  const BattleId battle = AddBattle("juniper-large!http=500", "aspen-chat");
  redraws_.Offer(Side::kLeft, AddModel("cedar-instruct!http=503"));
  const Transcript said = Stream(Ask(battle), replica_);
  EXPECT_EQ(said.end.at(v1::SIDE_LEFT), v1::SIDE_END_FAILED);
  EXPECT_EQ(redraws_.calls(), Calls({"1@1"}));
  EXPECT_EQ(Facts(battle, "draw_number, model_id"), "2,3");
}

TEST_F(GatewayRedrawTest, BothSidesAreDrawnAgainOneAfterTheOther) {
  const BattleId battle = AddBattle("juniper-large!http=500", "aspen-chat!http=500");
  redraws_.Offer(Side::kLeft, AddModel("cedar-instruct"));
  redraws_.Offer(Side::kRight, AddModel("maple-mini"));
  const Transcript said = Stream(Ask(battle), replica_);
  EXPECT_EQ(said.end.at(v1::SIDE_LEFT), v1::SIDE_END_COMPLETE);
  EXPECT_EQ(said.end.at(v1::SIDE_RIGHT), v1::SIDE_END_COMPLETE);
  const Calls calls = redraws_.calls();
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_NE(calls[0].front(), calls[1].front());
  EXPECT_TRUE(calls[0].ends_with("@1") && calls[1].ends_with("@2")) << calls[0] << calls[1];
}

TEST_F(GatewayRedrawTest, RefusedRedrawEndsTheSideAsItFailed) {
  const BattleId battle = AddBattle("juniper-large!http=500", "aspen-chat");
  const Transcript said = Stream(Ask(battle), replica_);
  ASSERT_TRUE(said.status.ok()) << said.status;
  EXPECT_EQ(said.end.at(v1::SIDE_LEFT), v1::SIDE_END_FAILED);
  EXPECT_EQ(redraws_.calls(), Calls({"1@1"}));
  EXPECT_EQ(Facts(battle, "draw_number, model_id"), "1,1");
}

TEST_F(GatewayRedrawTest, NothingIsDrawnAgainOnceSomethingWasSaid) {
  const BattleId battle = AddBattle("juniper-large!cut-after=1", "aspen-chat");
  EXPECT_EQ(Stream(Ask(battle), replica_).end.at(v1::SIDE_LEFT), v1::SIDE_END_TRUNCATED);
  EXPECT_EQ(redraws_.calls(), Calls());
}

TEST_F(GatewayRedrawTest, NothingIsDrawnAgainOnLaterTurns) {
  const BattleId battle = AddBattle("juniper-large", "aspen-chat");
  ASSERT_TRUE(Stream(Ask(battle), replica_).status.ok());
  demo_->ArmFault("juniper-large", {demo::FaultKind::kHttp, 500});
  EXPECT_EQ(Stream(Ask(battle), replica_).end.at(v1::SIDE_LEFT), v1::SIDE_END_FAILED);
  EXPECT_EQ(redraws_.calls(), Calls());
}

TEST_F(GatewayRedrawTest, NamedModelsAreNotDrawnAgain) {
  const BattleId battle =
      AddBattle("juniper-large!http=500", "aspen-chat", BattleMode::kSideBySide);
  EXPECT_EQ(Stream(Ask(battle), replica_).end.at(v1::SIDE_LEFT), v1::SIDE_END_FAILED);
  EXPECT_EQ(redraws_.calls(), Calls());
}

TEST_F(GatewayRedrawTest, UnreachableMatchmakerEndsTheSideAsItFailed) {
  const size_t replica =
      AddReplica([](Options& options) { options.matchmaker.address = "127.0.0.1:1"; });
  const BattleId battle = AddBattle("juniper-large!http=500", "aspen-chat");
  EXPECT_EQ(Stream(Ask(battle), replica).end.at(v1::SIDE_LEFT), v1::SIDE_END_FAILED);
}

}  // namespace
}  // namespace arena::model_gateway
