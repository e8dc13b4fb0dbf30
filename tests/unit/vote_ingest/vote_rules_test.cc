#include "services/vote-ingest/core/vote_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "common/base/errors.h"
#include "tests/unit/vote_ingest/battles.h"

namespace arena::vote_ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Ballot BallotFor(const BattleView& battle, Choice choice = Choice::kLeft) {
  const int turn = battle.turns.empty() ? 1 : battle.turns.back().turn;
  return {battle.id, turn, choice, "web"};
}

CastVote FirstVote(Choice choice) { return {.turn = 1, .choice = choice, .position = 77}; }

NewVote Accepted(const BattleView& battle) {
  const auto decision = Decide(battle, BallotFor(battle), kNow);
  EXPECT_TRUE(decision.ok()) << decision.status();
  return std::get<NewVote>(*decision);
}

TEST(VoteRulesTest, AFinishedAnonymousBattleIsRated) {
  const NewVote vote = Accepted(ReadyBattle());
  EXPECT_THAT(vote.reasons, IsEmpty());
  EXPECT_TRUE(vote.is_first);
}

TEST(VoteRulesTest, TheVoteIsSelfContained) {
  BattleView battle = ReadyBattle();
  battle.turns.push_back(EndedTurn(2));
  battle.turns.back().tags = {"math"};
  const NewVote vote = Accepted(battle);
  EXPECT_EQ(vote.left.name, "alder");
  EXPECT_EQ(vote.right.name, "birch");
  EXPECT_EQ(vote.frontend, "web");
  EXPECT_EQ(vote.language, "en");
  EXPECT_THAT(vote.tags, ElementsAre("code", "math", "multi_turn"));
  EXPECT_EQ(vote.draw_probability, 0.1);
  EXPECT_EQ(vote.voter_hash, battle.voter_hash);
  EXPECT_EQ(vote.style_left, (StyleCounts{.tokens = 20, .headers = 2}));
  EXPECT_EQ(vote.style_right, (StyleCounts{.tokens = 40, .bold_spans = 4}));
}

TEST(VoteRulesTest, ARedrawnBattleIsRatedButHasNoDrawProbability) {
  BattleView battle = ReadyBattle();
  battle.draw_number = 2;
  const NewVote vote = Accepted(battle);
  EXPECT_THAT(vote.reasons, IsEmpty());
  EXPECT_EQ(vote.draw_probability, 0);
}

struct UnratedCase {
  std::string name;
  std::function<void(BattleView&)> change;
  UnratedReason reason;
};

class UnratedTest : public ::testing::TestWithParam<UnratedCase> {};

TEST_P(UnratedTest, IsStoredWithItsReason) {
  BattleView battle = ReadyBattle();
  GetParam().change(battle);
  EXPECT_THAT(Accepted(battle).reasons, ElementsAre(GetParam().reason));
}

std::function<void(BattleView&)> EndsAs(SideEnd end, Side side) {
  return
      [=](BattleView& b) { (side == Side::kLeft ? b.turns[0].left : b.turns[0].right)->end = end; };
}

INSTANTIATE_TEST_SUITE_P(
    VoteRulesTest, UnratedTest,
    ::testing::Values(UnratedCase{"SideBySide",
                                  [](BattleView& b) { b.mode = BattleMode::kSideBySide; },
                                  UnratedReason::kNotAnonymous},
                      UnratedCase{"LaterTurnAfterTheReveal",
                                  [](BattleView& b) {
                                    b.votes = {FirstVote(Choice::kLeft)};
                                    b.turns.push_back(EndedTurn(2));
                                  },
                                  UnratedReason::kAfterReveal},
                      UnratedCase{"TruncatedLeft", EndsAs(SideEnd::kTruncated, Side::kLeft),
                                  UnratedReason::kReplyIncomplete},
                      UnratedCase{"FailedRight", EndsAs(SideEnd::kFailed, Side::kRight),
                                  UnratedReason::kReplyIncomplete},
                      UnratedCase{"FilteredLeft", EndsAs(SideEnd::kFiltered, Side::kLeft),
                                  UnratedReason::kReplyIncomplete},
                      UnratedCase{"TimedOutRight", EndsAs(SideEnd::kTimedOut, Side::kRight),
                                  UnratedReason::kReplyIncomplete},
                      UnratedCase{"CancelledLeft", EndsAs(SideEnd::kCancelled, Side::kLeft),
                                  UnratedReason::kReplyIncomplete},
                      UnratedCase{"AnEarlierTurnWasTruncated",
                                  [](BattleView& b) {
                                    b.turns[0].left->end = SideEnd::kTruncated;
                                    b.turns.push_back(EndedTurn(2));
                                  },
                                  UnratedReason::kReplyIncomplete},
                      UnratedCase{"CrashedTurnPastItsDeadline",
                                  [](BattleView& b) {
                                    b.turns[0].right.reset();
                                    b.turns[0].deadline = kNow;
                                  },
                                  UnratedReason::kReplyIncomplete},
                      UnratedCase{"IdentityShown",
                                  [](BattleView& b) { b.turns[0].right->identity_shown = true; },
                                  UnratedReason::kIdentityShown},
                      UnratedCase{"Flagged", [](BattleView& b) { b.turns[0].left->flagged = true; },
                                  UnratedReason::kFlagged}),
    [](const auto& test) { return test.param.name; });

TEST(VoteRulesTest, AReplyAtTheLengthLimitIsRated) {
  BattleView battle = ReadyBattle();
  battle.turns[0].left->end = SideEnd::kLength;
  EXPECT_THAT(Accepted(battle).reasons, IsEmpty());
}

struct RefusedCase {
  std::string name;
  std::function<void(BattleView&, Ballot&)> change;
  std::string reason;
};

class RefusedTest : public ::testing::TestWithParam<RefusedCase> {};

TEST_P(RefusedTest, IsRefusedWithItsReason) {
  BattleView battle = ReadyBattle();
  Ballot ballot = BallotFor(battle);
  GetParam().change(battle, ballot);
  EXPECT_EQ(ReasonOf(Decide(battle, ballot, kNow).status()), GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    VoteRulesTest, RefusedTest,
    ::testing::Values(
        RefusedCase{"ForeignFrontend", [](BattleView&, Ballot& b) { b.frontend = "other"; },
                    "BATTLE_NOT_FOUND"},
        RefusedCase{"Expired", [](BattleView& b, Ballot&) { b.expire_time = kNow; },
                    "BATTLE_EXPIRED"},
        RefusedCase{"NoTurnYet", [](BattleView& b, Ballot&) { b.turns.clear(); }, "TURN_UNKNOWN"},
        RefusedCase{"LaterTurn", [](BattleView&, Ballot& b) { b.turn = 2; }, "TURN_UNKNOWN"},
        RefusedCase{"EarlierTurn", [](BattleView& b, Ballot&) { b.turns.push_back(EndedTurn(2)); },
                    "TURN_NOT_LAST"},
        RefusedCase{"LeftStillAnswers", [](BattleView& b, Ballot&) { b.turns[0].left.reset(); },
                    "TURN_UNFINISHED"},
        RefusedCase{"RightStillAnswers", [](BattleView& b, Ballot&) { b.turns[0].right.reset(); },
                    "TURN_UNFINISHED"},
        RefusedCase{"DirectMode",
                    [](BattleView& b, Ballot&) {
                      b.mode = BattleMode::kDirect;
                      b.right.reset();
                    },
                    "NOTHING_TO_COMPARE"},
        RefusedCase{"AnotherChoice",
                    [](BattleView& b, Ballot&) { b.votes = {FirstVote(Choice::kTie)}; },
                    "ALREADY_VOTED"}),
    [](const auto& test) { return test.param.name; });

TEST(VoteRulesTest, AnotherChoiceIsToldThePositionOfTheFirst) {
  BattleView battle = ReadyBattle();
  battle.votes = {FirstVote(Choice::kTie)};
  const auto refused = Decide(battle, BallotFor(battle, Choice::kLeft), kNow);
  EXPECT_EQ(DetailsOf(refused.status())->metadata.at("position"), "77");
}

TEST(VoteRulesTest, TheSameChoiceAgainReturnsTheFirstReceipt) {
  BattleView battle = ReadyBattle();
  battle.votes = {FirstVote(Choice::kTie)};
  const auto decision = Decide(battle, BallotFor(battle, Choice::kTie), kNow);
  const Receipt& receipt = std::get<Receipt>(*decision);
  EXPECT_TRUE(receipt.is_replay);
  EXPECT_EQ(receipt.position, 77);
  EXPECT_EQ(receipt.left_name, "alder");
}

TEST(VoteRulesTest, ARepeatIsAnsweredEvenAfterTheBattleExpired) {
  BattleView battle = ReadyBattle();
  battle.votes = {FirstVote(Choice::kTie)};
  battle.expire_time = kNow - absl::Hours(1);
  const auto decision = Decide(battle, BallotFor(battle, Choice::kTie), kNow);
  EXPECT_EQ(std::get<Receipt>(*decision).position, 77);
}

// Which model stands left must not change anything but the order of the columns.
TEST(VoteRulesTest, BothSidesAreTreatedAlike) {
  for (const SideEnd end : {SideEnd::kComplete, SideEnd::kLength, SideEnd::kFiltered,
                            SideEnd::kTruncated, SideEnd::kFailed, SideEnd::kTimedOut}) {
    BattleView left = ReadyBattle();
    left.turns[0] = EndedTurn(1, end, SideEnd::kComplete);
    BattleView right = ReadyBattle();
    right.turns[0] = EndedTurn(1, SideEnd::kComplete, end);
    EXPECT_EQ(Accepted(left).reasons, Accepted(right).reasons);
  }
}

}  // namespace
}  // namespace arena::vote_ingest
