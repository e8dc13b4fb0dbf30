// Clients that leave, stop, or lose their server.
#include <fmt/format.h>

#include <chrono>
#include <pqxx/pqxx>

#include "common/base/errors.h"
#include "tests/integration/model_gateway/gateway_test.h"
#include "tests/support/long_run.h"

namespace arena::model_gateway {
namespace {

constexpr char kCancelled[] = "7";

int64_t MonotonicMicroseconds() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

class GatewayLeavingTest : public GatewayTest {
 protected:
  // A turn in which both sides have said something and stall.
  BattleId AddStallingBattle() {
    return AddBattle("juniper-large!stall-after=2", "aspen-chat!stall-after=2");
  }

  void ExpectProviderClosed(int64_t connections) {
    EXPECT_TRUE(demo_->WaitUntil(
        [&](const demo::Stats& stats) { return stats.Total().closed_by_client == connections; },
        absl::Seconds(10)));
  }

  void ExpectStoredAsCancelled(const BattleId& battle) {
    for (const int side : {1, 2}) {
      WaitFor(fmt::format("select end_state from arena.turn_facts where battle_id = '{}' "
                          "and turn = 1 and side = {}",
                          battle.ToString(), side),
              kCancelled);
    }
  }
};

TEST_F(GatewayLeavingTest, ClientThatLeavesClosesBothProvidersAtOnce) {
  const BattleId battle = AddStallingBattle();
  ReplyCall call(stub(), Ask(battle));
  ASSERT_TRUE(call.ReadUntilText(v1::SIDE_LEFT, 1));
  ASSERT_TRUE(call.ReadUntilText(v1::SIDE_RIGHT, 1));
  const int64_t left_us = MonotonicMicroseconds();
  call.Leave();
  ExpectProviderClosed(2);
  const auto closes = demo_->GetStats().recent_closes;
  ASSERT_EQ(closes.size(), 2u);
  for (const auto& close : closes) {
    const double elapsed_ms = static_cast<double>(close.closed_us - left_us) / 1e3;
    fmt::print("client gone -> provider sees its connection closed: {:.2f} ms\n", elapsed_ms);
    EXPECT_GE(elapsed_ms, 0);
    EXPECT_LT(elapsed_ms, testing::IsLongRun() ? 250 : 2'000);
  }
  ExpectStoredAsCancelled(battle);
  EXPECT_EQ(ReasonOf(Stream(Ask(battle)).status), "CONVERSATION_BROKEN");
}

TEST_F(GatewayLeavingTest, WhatWasSaidBeforeLeavingIsStored) {
  const BattleId battle = AddStallingBattle();
  ReplyCall call(stub(), Ask(battle));
  ASSERT_TRUE(call.ReadUntilText(v1::SIDE_LEFT, 1));
  call.Leave();
  ExpectStoredAsCancelled(battle);
  EXPECT_NE(Read(battle)->turns(0).left().text(), "");
}

// It left while the gateway was still reading the battle; its turn is nobody's, and a repeat has
// it.
TEST_F(GatewayLeavingTest, ClientThatLeavesBeforeItsTurnBeginsLeavesNoTrace) {
  const v1::StreamRepliesRequest request = Ask(AddBattle("juniper-large", "aspen-chat"));
  pqxx::connection connection(database_.conninfo());
  pqxx::work lock(connection);
  lock.exec("lock table arena.turn_starts in access exclusive mode");
  {
    ReplyCall call(stub(), request);
    WaitFor(
        "select count(*) from pg_stat_activity where wait_event_type = 'Lock' "
        "and datname = current_database()",
        "1");
    call.Leave();
    WaitForMetric(
        "arena_rpc_calls_total{code=\"CANCELLED\",method=\"ModelGatewayService/StreamReplies\"}",
        1);
  }
  lock.commit();
  Transcript said = Stream(request);
  // The one that left may still be leaving.
  while (ReasonOf(said.status) == "STREAM_ELSEWHERE") said = Stream(request);
  ASSERT_TRUE(said.status.ok()) << said.status;
  EXPECT_EQ(said.end.at(v1::SIDE_LEFT), v1::SIDE_END_COMPLETE);
  EXPECT_EQ(said.end.at(v1::SIDE_RIGHT), v1::SIDE_END_COMPLETE);
}

TEST_F(GatewayLeavingTest, ClientThatLeavesBeforeTheFirstWordClosesTheProvidersToo) {
  const BattleId battle =
      AddBattle("juniper-large!stall-before-headers", "aspen-chat!stall-before-first");
  ReplyCall call(stub(), Ask(battle));
  ASSERT_TRUE(demo_->WaitUntil([](const demo::Stats& stats) { return stats.Total().active == 2; },
                               absl::Seconds(10)));
  call.Leave();
  ExpectProviderClosed(2);
  ExpectStoredAsCancelled(battle);
}

TEST_F(GatewayLeavingTest, StopEndsBothSidesWithWhatTheyHadSaid) {
  const BattleId battle = AddStallingBattle();
  ReplyCall call(stub(), Ask(battle));
  ASSERT_TRUE(call.ReadUntilText(v1::SIDE_LEFT, 1));
  EXPECT_TRUE(Stop(battle, 1).ok());
  const Transcript& said = call.ReadAll();
  EXPECT_TRUE(said.status.ok()) << said.status;
  EXPECT_EQ(said.end.at(v1::SIDE_LEFT), v1::SIDE_END_CANCELLED);
  EXPECT_EQ(said.end.at(v1::SIDE_RIGHT), v1::SIDE_END_CANCELLED);
  ExpectProviderClosed(2);
  EXPECT_EQ(Read(battle)->turns(0).left().text(), said.text.at(v1::SIDE_LEFT));
}

TEST_F(GatewayLeavingTest, ShutdownDrainsThenStoresWhatIsLeftAsCancelled) {
  const BattleId battle = AddStallingBattle();
  const BattleId quick = AddBattle("juniper-large", "aspen-chat");
  ReplyCall call(stub(), Ask(battle));
  ASSERT_TRUE(call.ReadUntilText(v1::SIDE_LEFT, 1));
  ASSERT_TRUE(Stream(Ask(quick)).status.ok());
  ShutDown();
  EXPECT_FALSE(call.ReadAll().status.ok());
  // Stored by the time that the process would end.
  EXPECT_EQ(Facts(battle, "end_state", 1, 1), kCancelled);
  EXPECT_EQ(Facts(battle, "end_state", 1, 2), kCancelled);
  ExpectProviderClosed(2);
}

}  // namespace
}  // namespace arena::model_gateway
