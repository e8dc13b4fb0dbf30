// Providers that fail, each in its way: the side ends as it should, the other side is untouched,
// and nothing of what the provider said of itself gets out.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "common/base/errors.h"
#include "common/base/limits.h"
#include "tests/integration/model_gateway/gateway_test.h"
#include "tools/demo-models/core/fault.h"

namespace arena::model_gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class GatewayFailureTest : public GatewayTest {
 protected:
  // Our names, the provider's, its fake key and its address.
  void ExpectBlind(const std::string& said) {
    for (const std::string& name :
         {std::string("secret-name"), std::string("juniper"), std::string("aspen"),
          std::string(demo::kFakeKey), std::string("sk-demo"), demo_->url(),
          std::string("Demogrove")}) {
      EXPECT_THAT(said, Not(HasSubstr(name)));
    }
  }
};

struct Case {
  const char* fault;
  v1::SideEnd end;
  bool has_text;
};

const Case kCases[] = {
    {"cut-after=3", v1::SIDE_END_TRUNCATED, true},
    {"end-after=3", v1::SIDE_END_TRUNCATED, true},
    {"error-after=3", v1::SIDE_END_FAILED, true},
    {"garbage-after=3", v1::SIDE_END_FAILED, true},
    {"http=400", v1::SIDE_END_FAILED, false},
    {"http=401", v1::SIDE_END_FAILED, false},
    {"http=429", v1::SIDE_END_FAILED, false},
    {"http=500", v1::SIDE_END_FAILED, false},
    {"not-json", v1::SIDE_END_FAILED, false},
    {"huge-line", v1::SIDE_END_FAILED, false},
    {"cut-after=0", v1::SIDE_END_TRUNCATED, false},
    {"error-after=0", v1::SIDE_END_FAILED, false},
    {"no-done", v1::SIDE_END_COMPLETE, true},
    {"length", v1::SIDE_END_LENGTH, true},
    {"content-filter", v1::SIDE_END_FILTERED, true},
    {"empty", v1::SIDE_END_COMPLETE, false},
    {"flood", v1::SIDE_END_LENGTH, true},
    {"invalid-utf8", v1::SIDE_END_COMPLETE, true},
    {"quirks", v1::SIDE_END_COMPLETE, true},
    {"fragment", v1::SIDE_END_COMPLETE, true},
};

TEST_F(GatewayFailureTest, EachFaultEndsItsSideAsItShouldAndLeaksNothing) {
  const int healthy = AddModel("aspen-chat");
  for (const Case& each : kCases) {
    SCOPED_TRACE(each.fault);
    const BattleId battle =
        AddBattle(AddModel(fmt::format("juniper-large!{}", each.fault)), healthy);
    const Transcript said = Stream(Ask(battle));
    ASSERT_TRUE(said.status.ok()) << said.status;
    EXPECT_EQ(said.end.at(v1::SIDE_LEFT), each.end);
    EXPECT_EQ(said.text.contains(v1::SIDE_LEFT), each.has_text);
    EXPECT_EQ(said.end.at(v1::SIDE_RIGHT), v1::SIDE_END_COMPLETE);
    EXPECT_EQ(Facts(battle, "end_state"), fmt::format("{}", static_cast<int>(each.end)));
    EXPECT_EQ(Facts(battle, "first_token_ms is not null"), each.has_text ? "t" : "f");
    ExpectBlind(said.everything);
    ExpectBlind(Read(battle)->SerializeAsString());
    const std::string next = ReasonOf(Stream(Ask(battle)).status);
    const bool may_go_on = each.end == v1::SIDE_END_COMPLETE || each.end == v1::SIDE_END_LENGTH;
    EXPECT_EQ(next, may_go_on ? "" : "CONVERSATION_BROKEN");
  }
  ExpectBlind(gateway().registry().Text());
}

TEST_F(GatewayFailureTest, InvalidBytesBecomeReplacementCharacters) {
  const BattleId battle = AddBattle("juniper-large!invalid-utf8", "aspen-chat");
  EXPECT_THAT(Stream(Ask(battle)).text.at(v1::SIDE_LEFT), HasSubstr("\uFFFD"));
}

TEST_F(GatewayFailureTest, StallsEndAtTheirDeadlines) {
  const absl::Duration brief = absl::Milliseconds(150), long_enough = absl::Seconds(30);
  const int healthy = AddModel("aspen-chat");
  struct Stall {
    const char* script;
    absl::Duration first_token;
    absl::Duration total;
  };
  for (const Stall& each : {Stall{"juniper-large!stall-before-headers", brief, long_enough},
                            Stall{"juniper-large!stall-before-first", brief, long_enough},
                            Stall{"juniper-large!stall-before-first", long_enough, brief},
                            Stall{"juniper-large!stall-after=3", brief, 2 * brief}}) {
    SCOPED_TRACE(each.script);
    const BattleId battle = AddBattle(AddModel(each.script, each.first_token, each.total), healthy);
    const Transcript said = Stream(Ask(battle));
    ASSERT_TRUE(said.status.ok()) << said.status;
    EXPECT_EQ(said.end.at(v1::SIDE_LEFT), v1::SIDE_END_TIMED_OUT);
    EXPECT_EQ(said.end.at(v1::SIDE_RIGHT), v1::SIDE_END_COMPLETE);
    EXPECT_EQ(Facts(battle, "total_ms >= 150"), "t");
  }
  EXPECT_TRUE(
      demo_->WaitUntil([](const demo::Stats& stats) { return stats.Total().closed_by_client == 4; },
                       absl::Seconds(10)));
}

TEST_F(GatewayFailureTest, ProviderThatCannotBeReachedFails) {
  const int unreachable = AddModelAt("down", {{.url = "http://127.0.0.1:1/v1"}});
  const int nowhere = AddModelAt("nowhere", {});
  const Transcript said = Stream(Ask(AddBattle(unreachable, nowhere)));
  ASSERT_TRUE(said.status.ok()) << said.status;
  EXPECT_EQ(said.end.at(v1::SIDE_LEFT), v1::SIDE_END_FAILED);
  EXPECT_EQ(said.end.at(v1::SIDE_RIGHT), v1::SIDE_END_FAILED);
}

TEST_F(GatewayFailureTest, AnotherEndpointOfTheSameModelTakesOverBeforeTheFirstToken) {
  const Endpoint down{.url = "http://127.0.0.1:1/v1", .remote_model = "juniper-large"};
  Endpoint stalling = DemoEndpoint("juniper-large!stall-before-first");
  stalling.first_token_timeout = absl::Milliseconds(100);
  const int left = AddModelAt("left", {down, DemoEndpoint("juniper-large!http=503"), stalling,
                                       DemoEndpoint("juniper-large")});
  // After the first token no other endpoint is tried.
  const int right =
      AddModelAt("right", {DemoEndpoint("aspen-chat!cut-after=2"), DemoEndpoint("aspen-chat")});
  const BattleId battle = AddBattle(left, right);
  const Transcript said = Stream(Ask(battle));
  ASSERT_TRUE(said.status.ok()) << said.status;
  EXPECT_EQ(said.end.at(v1::SIDE_LEFT), v1::SIDE_END_COMPLETE);
  EXPECT_EQ(said.end.at(v1::SIDE_RIGHT), v1::SIDE_END_TRUNCATED);
  EXPECT_EQ(Facts(battle, "endpoint, draw_number"), demo_->url() + ",1");
}

TEST_F(GatewayFailureTest, MissingKeyFailsAndIsNotTold) {
  Endpoint endpoint = DemoEndpoint("juniper-large");
  endpoint.api_key_env = "ARENA_TEST_KEY_THAT_IS_NOT_SET";
  const BattleId battle = AddBattle(AddModelAt("keyless", {endpoint}), AddModel("aspen-chat"));
  const Transcript said = Stream(Ask(battle));
  EXPECT_EQ(said.end.at(v1::SIDE_LEFT), v1::SIDE_END_FAILED);
  EXPECT_THAT(said.everything, Not(HasSubstr("ARENA_TEST_KEY")));
  EXPECT_EQ(demo_->GetStats().models.contains("juniper-large"), false);
}

TEST_F(GatewayFailureTest, UnreachableDatabaseIsSaidToBeUnavailable) {
  const size_t replica = AddReplica([](Options& options) {
    options.database.conninfo = "host=/nonexistent user=nobody connect_timeout=1";
  });
  const BattleId battle = AddBattle("juniper-large", "aspen-chat");
  EXPECT_EQ(ReasonOf(Stream(Ask(battle), replica).status), "STORAGE_UNAVAILABLE");
  EXPECT_EQ(demo_->GetStats().Total().requests, 0);
}

TEST_F(GatewayFailureTest, TurnWhoseStartCannotBeStoredSaysNothing) {
  const BattleId battle = AddBattle("juniper-large!stall-after=3", "aspen-chat");
  // As when the disk is full: reading works, writing does not.
  ReadValue(admin_, "alter table arena.turn_starts add check (turn > 1)");
  const Transcript said = Stream(Ask(battle));
  EXPECT_FALSE(said.status.ok());
  EXPECT_EQ(said.deltas, 0);
  EXPECT_TRUE(said.end.empty());
  EXPECT_TRUE(demo_->WaitUntil([](const demo::Stats& stats) { return stats.Total().active == 0; },
                               absl::Seconds(10)));
  EXPECT_EQ(Facts(battle, "end_state"), "none");
}

TEST_F(GatewayFailureTest, SideThatCannotBeStoredHasNoEnd) {
  const BattleId battle = AddBattle("juniper-large", "aspen-chat");
  ReadValue(admin_, "alter table arena.turn_facts add check (side > 1)");
  const Transcript said = Stream(Ask(battle));
  EXPECT_FALSE(said.status.ok());
  EXPECT_FALSE(said.end.contains(v1::SIDE_LEFT));
}

}  // namespace
}  // namespace arena::model_gateway
