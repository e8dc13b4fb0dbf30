#include <gtest/gtest.h>

#include <string>

#include "services/matchmaker/core/battle.h"

namespace arena::matchmaker {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'700'000'000);

absl::Time At(int seconds) { return kStart + absl::Seconds(seconds); }

// A battle that expires at second 100.
StoredBattle Battle(BattleMode mode = BattleMode::kAnonymous) {
  return {.mode = mode, .create_time = kStart, .expire_time = At(100)};
}

struct StateCase {
  std::string name;
  BattleMode mode = BattleMode::kAnonymous;
  // Turn, deadline in seconds, ended sides; no turn when 0.
  int turn = 0;
  int deadline = 0;
  int ended_sides = 0;
  bool is_claimed = false;
  int now = 0;
  BattleState state{};
};

class BattleStateTest : public ::testing::TestWithParam<StateCase> {};

TEST_P(BattleStateTest, IsDerived) {
  const StateCase& c = GetParam();
  StoredBattle battle = Battle(c.mode);
  if (c.turn > 0) {
    battle.last_turn =
        LastTurn{.turn = c.turn, .deadline = At(c.deadline), .ended_sides = c.ended_sides};
  }
  battle.is_claimed = c.is_claimed;
  EXPECT_EQ(StateOf(battle, At(c.now)), c.state);
}

constexpr BattleMode kBlind = BattleMode::kAnonymous;
constexpr BattleMode kNamed = BattleMode::kSideBySide;
constexpr BattleMode kOne = BattleMode::kDirect;

INSTANTIATE_TEST_SUITE_P(
    Table, BattleStateTest,
    ::testing::Values(
        StateCase{"NothingSaid", kBlind, 0, 0, 0, false, 1, BattleState::kOpen},
        StateCase{"JustBeforeExpiry", kBlind, 0, 0, 0, false, 99, BattleState::kOpen},
        StateCase{"AtExpiry", kBlind, 0, 0, 0, false, 100, BattleState::kExpired},
        StateCase{"NoSideEnded", kBlind, 1, 50, 0, false, 10, BattleState::kAnswering},
        StateCase{"OneSideEnded", kBlind, 1, 50, 1, false, 10, BattleState::kAnswering},
        StateCase{"BothSidesEnded", kBlind, 1, 50, 2, false, 10, BattleState::kAnswered},
        StateCase{"UnfinishedJustBeforeItsDeadline", kBlind, 1, 50, 1, false, 49,
                  BattleState::kAnswering},
        StateCase{"UnfinishedAtItsDeadline", kBlind, 1, 50, 1, false, 50, BattleState::kAnswered},
        StateCase{"CrashedWithoutAnyFact", kBlind, 3, 50, 0, false, 60, BattleState::kAnswered},
        StateCase{"LaterTurnBeingAnswered", kNamed, 2, 50, 0, false, 10, BattleState::kAnswering},
        StateCase{"DirectNeedsOneSide", kOne, 1, 50, 1, false, 10, BattleState::kAnswered},
        StateCase{"DirectBeingAnswered", kOne, 1, 50, 0, false, 10, BattleState::kAnswering},
        StateCase{"AnsweredAndExpired", kBlind, 1, 50, 2, false, 100, BattleState::kExpired},
        StateCase{"AnsweringAndExpired", kBlind, 1, 120, 0, false, 100, BattleState::kExpired},
        StateCase{"Voted", kBlind, 1, 50, 2, true, 60, BattleState::kRevealed},
        StateCase{"VotedBeforeExpiry", kBlind, 1, 50, 2, true, 200, BattleState::kRevealed},
        StateCase{"GoingOnAfterTheReveal", kBlind, 2, 80, 0, true, 60, BattleState::kRevealed}),
    [](const auto& instance) { return instance.param.name; });

TEST(BattleNamesTest, AreShownAfterTheVoteOrWhereTheUserNamedThem) {
  StoredBattle battle = Battle();
  battle.last_turn = LastTurn{.turn = 1, .deadline = At(50), .ended_sides = 2};
  EXPECT_FALSE(MayShowNames(battle));
  battle.is_claimed = true;
  EXPECT_TRUE(MayShowNames(battle));
  EXPECT_TRUE(MayShowNames(Battle(BattleMode::kSideBySide)));
  EXPECT_TRUE(MayShowNames(Battle(BattleMode::kDirect)));
}

}  // namespace
}  // namespace arena::matchmaker
