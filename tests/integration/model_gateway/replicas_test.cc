// Several gateways on one database, and several calls for one turn.
#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "common/base/errors.h"
#include "tests/integration/model_gateway/gateway_test.h"
#include "tests/support/eventually.h"

namespace arena::model_gateway {
namespace {

class GatewayReplicasTest : public GatewayTest {
 protected:
  GatewayReplicasTest() { AddReplica(); }
};

TEST_F(GatewayReplicasTest, TurnOfAnotherReplicaIsElsewhere) {
  const BattleId battle = AddBattle("juniper-large!stall-after=2", "aspen-chat");
  const auto request = Ask(battle);
  ReplyCall call(stub(0), request);
  ASSERT_TRUE(call.ReadUntilText(v1::SIDE_LEFT, 1));
  for (const size_t replica : {0u, 1u}) {
    EXPECT_EQ(ReasonOf(Stream(request, replica).status), "STREAM_ELSEWHERE") << replica;
    EXPECT_EQ(ReasonOf(Stream(Ask(battle), replica).status), "TURN_IN_PROGRESS") << replica;
  }
  EXPECT_EQ(ReasonOf(Stop(battle, 1, v1::SIDE_LEFT, 1)), "STREAM_ELSEWHERE");
  EXPECT_TRUE(Stop(battle, 1, v1::SIDE_LEFT, 0).ok());
  EXPECT_TRUE(call.ReadAll().status.ok());
  // Once ended, any replica knows it.
  EXPECT_EQ(Stream(request, 1).end, call.transcript().end);
  EXPECT_TRUE(Stop(battle, 1, v1::SIDE_LEFT, 1).ok());
}

TEST_F(GatewayReplicasTest, OneOfManyCallsAnswersATurnAndTheOthersLeaveNoTrace) {
  // The right model never ends, so that nobody comes when the turn is over.
  const int left = AddModel("juniper-large"), right = AddModel("aspen-chat!stall-after=1");
  for (int round = 0; round < 5; ++round) {
    const BattleId battle = AddBattle(left, right);
    std::atomic<int> answered = 0, refused = 0;
    std::vector<std::thread> clients;
    for (size_t i = 0; i < 8; ++i) {
      clients.emplace_back([&, i, request = Ask(battle)] {
        const Transcript said = Stream(request, i % 2);
        const std::string reason = ReasonOf(said.status);
        EXPECT_TRUE(reason.empty() || reason == "TURN_IN_PROGRESS") << said.status;
        EXPECT_EQ(said.deltas > 0, said.status.ok());
        ++(said.status.ok() ? answered : refused);
      });
    }
    EXPECT_TRUE(testing::Eventually([&] { return refused == 7; }));
    // It runs at one of the two.
    EXPECT_TRUE(Stop(battle, 1, v1::SIDE_RIGHT, 0).ok() || Stop(battle, 1, v1::SIDE_RIGHT, 1).ok());
    for (std::thread& client : clients) client.join();
    EXPECT_EQ(answered, 1);
    EXPECT_EQ(refused, 7);
    EXPECT_EQ(ReadValue(admin_, fmt::format("select count(*) from arena.turn_facts where "
                                            "battle_id = '{}' and end_state > 0",
                                            battle.ToString())),
              "2");
  }
  EXPECT_TRUE(demo_->WaitUntil([](const demo::Stats& stats) { return stats.Total().active == 0; },
                               absl::Seconds(10)));
}

TEST_F(GatewayReplicasTest, TurnOfACrashedReplicaHasFailedAfterItsDeadline) {
  const BattleId battle = AddBattle("juniper-large!stall-after=2", "aspen-chat");
  const auto request = Ask(battle);
  ReplyCall call(stub(0), request);
  ASSERT_TRUE(call.ReadUntilEnd(v1::SIDE_RIGHT));
  PassDeadlines(admin_, battle);
  const Transcript again = Stream(request, 1);
  EXPECT_TRUE(again.status.ok()) << again.status;
  EXPECT_EQ(again.end.at(v1::SIDE_LEFT), v1::SIDE_END_FAILED);
  EXPECT_EQ(again.end.at(v1::SIDE_RIGHT), v1::SIDE_END_COMPLETE);
  EXPECT_EQ(ReasonOf(Stream(Ask(battle), 1).status), "CONVERSATION_BROKEN");
}

}  // namespace
}  // namespace arena::model_gateway
