#include <gtest/gtest.h>

#include <algorithm>

#include "services/rating/model/leaderboard/canonical_json.h"
#include "tests/support/seed.h"
#include "tests/unit/rating_model/synthetic.h"

// What breaks other rating programs: each a test.
namespace arena::rating {
namespace {

using testing::Board;
using testing::BoardOf;
using testing::RowOf;
using testing::TestVote;

std::string BtJson(Board& board) { return CanonicalJson(board.Compute(Settings{})); }

TEST(PitfallsTest, ANewcomersFirstVoteMovesNobody) {
  Board board = BoardOf(testing::SyntheticVotes({.votes = 3000}, arena::testing::TestSeed()));
  const Leaderboard before = board.Compute(Settings{});
  for (const Outcome outcome : {Outcome::kLeft, Outcome::kRight}) {
    Board after = board;
    after.Add({"newcomer", "m00", outcome});
    const Leaderboard with_newcomer = after.Compute(Settings{});
    for (const LeaderboardRow& row : before.models) {
      EXPECT_EQ(RowOf(with_newcomer, row.model).rating, row.rating);
      EXPECT_EQ(RowOf(with_newcomer, row.model).upper, row.upper);
    }
    EXPECT_EQ(RowOf(with_newcomer, "newcomer").rating, std::nullopt);
    EXPECT_EQ(RowOf(with_newcomer, "newcomer").rank, 0);
    EXPECT_EQ(with_newcomer.models.back().model, "newcomer");
  }
}

TEST(PitfallsTest, AnUndefeatedModelIsNotRated) {
  Board board = BoardOf({{"a", "b", Outcome::kLeft}, {"b", "a", Outcome::kLeft}});
  for (int n = 0; n < 1000; ++n) board.Add({"winner", "a", Outcome::kLeft});
  const Leaderboard leaderboard = board.Compute(Settings{});
  EXPECT_EQ(RowOf(leaderboard, "winner").rating, std::nullopt);
  EXPECT_EQ(RowOf(leaderboard, "winner").votes, 1000);
  EXPECT_EQ(RowOf(leaderboard, "a").rating, 1000.0);
}

TEST(PitfallsTest, DisconnectedPartsAreNamedGroups) {
  Board board = BoardOf({{"a", "b", Outcome::kTie},
                         {"c", "d", Outcome::kTie},
                         {"c", "d", Outcome::kLeft},
                         {"d", "c", Outcome::kLeft}});
  const Leaderboard leaderboard = board.Compute(Settings{});
  EXPECT_EQ(leaderboard.groups, 2);
  EXPECT_EQ(RowOf(leaderboard, "c").group, 1);  // more votes
  EXPECT_EQ(RowOf(leaderboard, "a").group, 2);
  EXPECT_EQ(RowOf(leaderboard, "a").rank, 1);
}

TEST(PitfallsTest, NoVotesGiveAnEmptyBoard) {
  Board board;
  EXPECT_EQ(BtJson(board), R"({"method":"bt","votes":0,"groups":0,"models":[]})");
  EXPECT_EQ(CanonicalJson(board.Compute(EloSettings())),
            R"({"method":"elo","votes":0,"groups":0,"models":[]})");
}

TEST(PitfallsTest, TwoModelsWithOneTieAreEqual) {
  Board board = BoardOf({{"a", "b", Outcome::kTie}});
  const Leaderboard leaderboard = board.Compute(Settings{});
  EXPECT_EQ(*RowOf(leaderboard, "a").rating, 1000.0);
  EXPECT_EQ(*RowOf(leaderboard, "b").rating, 1000.0);
}

TEST(PitfallsTest, OnlyTiesMakeAllEqual) {
  Board board;
  for (const char* left : {"a", "b", "c", "d"}) {
    for (const char* right : {"a", "b", "c", "d"}) {
      if (left != right) board.Add({left, right, Outcome::kBothBad});
    }
  }
  for (const LeaderboardRow& row : board.Compute(Settings{}).models) {
    EXPECT_EQ(*row.rating, 1000.0);
    EXPECT_EQ(row.rank, 1);
  }
}

TEST(PitfallsTest, AllVotesOfOneModelRateItsOpponents) {
  Board board;
  for (const char* other : {"x", "y", "z"}) {
    for (int n = 0; n < 30; ++n) {
      board.Add({"hub", other, n % 3 == 0 ? Outcome::kRight : Outcome::kLeft});
    }
  }
  const Leaderboard leaderboard = board.Compute(Settings{});
  EXPECT_EQ(leaderboard.groups, 1);
  EXPECT_EQ(leaderboard.models.front().model, "hub");
  EXPECT_NEAR(*RowOf(leaderboard, "x").rating, *RowOf(leaderboard, "z").rating, 1e-9);
}

TEST(PitfallsTest, APairWithAHundredMillionVotesDrownsNobody) {
  Board board = BoardOf(testing::SyntheticVotes({.votes = 500}, arena::testing::TestSeed()));
  board.Add({"m00", "m01", Outcome::kLeft}, 60'000'000);
  board.Add({"m00", "m01", Outcome::kRight}, 40'000'000);
  const Leaderboard leaderboard = board.Compute(Settings{});
  EXPECT_NEAR(*RowOf(leaderboard, "m00").rating - *RowOf(leaderboard, "m01").rating, 70.4365, 0.01);
  EXPECT_EQ(leaderboard.groups, 1);
  // What the pair's mass says about others is next to nothing, and their intervals show it.
  EXPECT_GT(*RowOf(leaderboard, "m05").upper - *RowOf(leaderboard, "m05").lower, 20.0);
}

TEST(PitfallsTest, AddThenRemoveGivesTheSameBits) {
  const auto votes = testing::SyntheticVotes({.votes = 2000}, arena::testing::TestSeed());
  Board board = BoardOf(votes);
  const std::string before = BtJson(board);
  const auto others = testing::SyntheticVotes({.models = 14, .votes = 700}, 77);
  for (const TestVote& vote : others) board.Add(vote);
  EXPECT_NE(BtJson(board), before);
  for (const TestVote& vote : others) board.Add(vote, -1);
  EXPECT_EQ(BtJson(board), before);
}

TEST(PitfallsTest, AnyOrderOfVotesGivesTheSameBits) {
  auto votes = testing::SyntheticVotes({.votes = 2000}, arena::testing::TestSeed());
  Board forward = BoardOf(votes);
  RoundRandom random(arena::testing::TestSeed(), 1);
  for (size_t n = votes.size(); n > 1; --n) std::swap(votes[n - 1], votes[random.Below(n)]);
  Board shuffled = BoardOf(votes);
  EXPECT_EQ(BtJson(forward), BtJson(shuffled));
}

TEST(PitfallsTest, LeftAndRightExchangedEverywhereGiveTheSameBits) {
  auto votes = testing::SyntheticVotes({.votes = 2000}, arena::testing::TestSeed());
  Board plain = BoardOf(votes);
  for (TestVote& vote : votes) {
    std::swap(vote.left, vote.right);
    vote.outcome = Mirrored(vote.outcome);
  }
  Board exchanged = BoardOf(votes);
  EXPECT_EQ(BtJson(plain), BtJson(exchanged));
}

TEST(PitfallsTest, RenamingModelsChangesRatingsByRoundingOnly) {
  auto votes = testing::SyntheticVotes({.votes = 2000}, arena::testing::TestSeed());
  const Leaderboard plain = BoardOf(votes).Compute(Settings{});
  const auto renamed = [](const std::string& name) {
    return std::string(1, static_cast<char>('z' - (name[2] - '0')));
  };
  for (TestVote& vote : votes) vote = {renamed(vote.left), renamed(vote.right), vote.outcome};
  const Leaderboard other = BoardOf(votes).Compute(Settings{});
  for (const LeaderboardRow& row : plain.models) {
    EXPECT_NEAR(*RowOf(other, renamed(row.model)).rating, *row.rating, 1e-9);
    EXPECT_NEAR(*RowOf(other, renamed(row.model)).lower, *row.lower, 1e-9);
  }
}

}  // namespace
}  // namespace arena::rating
