#include "services/rating/model/leaderboard/leaderboard.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "services/rating/model/intervals/rank.h"
#include "tests/support/seed.h"
#include "tests/unit/rating_model/synthetic.h"

namespace arena::rating {
namespace {

using testing::Board;
using testing::BoardOf;
using testing::RowOf;

Board SyntheticBoard() {
  return BoardOf(testing::SyntheticVotes({.votes = 3000}, arena::testing::TestSeed()));
}

TEST(LeaderboardTest, MeanGaugeAveragesAThousand) {
  const Leaderboard leaderboard = SyntheticBoard().Compute(Settings{});
  double sum = 0;
  for (const LeaderboardRow& row : leaderboard.models) sum += *row.rating;
  EXPECT_NEAR(sum / static_cast<double>(leaderboard.models.size()), 1000.0, 1e-9);
}

TEST(LeaderboardTest, AnchorStandsFixedWithoutWidth) {
  Settings settings;
  settings.gauge = Gauge::kAnchor;
  settings.anchor_model = "m03";
  settings.anchor_rating = 1234.5;
  const LeaderboardRow anchor = RowOf(SyntheticBoard().Compute(settings), "m03");
  EXPECT_EQ(*anchor.rating, 1234.5);
  EXPECT_EQ(*anchor.lower, *anchor.upper);
}

TEST(LeaderboardTest, EstablishedGaugeIsNotMovedByAProvisionalNewcomer) {
  Board board = SyntheticBoard();
  Settings settings;
  settings.gauge = Gauge::kEstablished;
  settings.provisional_votes = 50;
  const Leaderboard before = board.Compute(settings);
  board.Add({"newcomer", "m00", Outcome::kLeft});
  board.Add({"newcomer", "m01", Outcome::kRight}, 5);
  const Leaderboard after = board.Compute(settings);
  double sum = 0, count = 0;
  for (const LeaderboardRow& row : after.models) {
    if (row.is_provisional) continue;
    sum += *row.rating;
    ++count;
  }
  EXPECT_NEAR(sum / count, 1000.0, 1e-9);
  // Under the mean of all, the newcomer's distance alone moves everybody by a tenth of it.
  EXPECT_LT(std::abs(*RowOf(after, "m05").rating - *RowOf(before, "m05").rating), 5.0);
  EXPECT_TRUE(RowOf(after, "newcomer").is_provisional);
}

TEST(LeaderboardTest, RowsComeBestFirst) {
  const Leaderboard leaderboard = SyntheticBoard().Compute(Settings{});
  for (size_t m = 1; m < leaderboard.models.size(); ++m) {
    const LeaderboardRow& above = leaderboard.models[m - 1];
    const LeaderboardRow& below = leaderboard.models[m];
    EXPECT_TRUE(above.rank < below.rank ||
                (above.rank == below.rank && *above.rating >= *below.rating));
    EXPECT_LE(below.rank_lower, below.rank);
    EXPECT_LE(below.rank, below.rank_upper);
  }
}

TEST(LeaderboardTest, UnknownOrUnratedAnchorIsRefused) {
  Board board = SyntheticBoard();
  Settings settings;
  settings.gauge = Gauge::kAnchor;
  settings.anchor_model = "nobody";
  EXPECT_EQ(ComputeLeaderboard({board.models, board.counts}, settings).status().code(),
            absl::StatusCode::kInvalidArgument);
  board.Add({"newcomer", "m00", Outcome::kLeft});
  settings.anchor_model = "newcomer";
  EXPECT_EQ(ComputeLeaderboard({board.models, board.counts}, settings).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(LeaderboardTest, EloWithoutAnOrderNeedsTheBootstrap) {
  Board board = SyntheticBoard();
  EXPECT_EQ(ComputeLeaderboard({board.models, board.counts}, EloSettings()).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(LeaderboardTest, SettingsThatContradictEachOtherAreRefused) {
  const auto refuses = [](auto change) {
    Settings settings;
    change(settings);
    return !Validate(settings).ok();
  };
  EXPECT_TRUE(refuses([](Settings& s) { s.method = Method::kElo; }));  // with the sandwich
  EXPECT_TRUE(refuses([](Settings& s) { s.gauge = Gauge::kAnchor; }));
  EXPECT_TRUE(refuses([](Settings& s) { s.k = 0; }));
  EXPECT_TRUE(refuses([](Settings& s) { s.rounds = 1; }));
  EXPECT_TRUE(refuses([](Settings& s) { s.threads = 0; }));
  EXPECT_TRUE(
      refuses([](Settings& s) { s.anchor_rating = std::numeric_limits<double>::infinity(); }));
  EXPECT_TRUE(Validate(Settings{}).ok());
  EXPECT_TRUE(Validate(EloSettings()).ok());
}

TEST(RankTest, CountsModelsThatAreSurelyAhead) {
  //                                   a    b    c    d
  const std::vector<double> lower = {90, 80, 40, 10};
  const std::vector<double> upper = {110, 95, 60, 39};
  const auto ranks = RanksByIntervals(lower, upper);
  EXPECT_EQ(ranks[0].rank, 1);
  EXPECT_EQ(ranks[0].worst, 2);
  EXPECT_EQ(ranks[1].rank, 1);
  EXPECT_EQ(ranks[1].worst, 2);
  EXPECT_EQ(ranks[2].rank, 3);
  EXPECT_EQ(ranks[3].rank, 4);
  EXPECT_EQ(ranks[3].worst, 4);
}

}  // namespace
}  // namespace arena::rating
