#include <gtest/gtest.h>

#include <cmath>

#include "services/rating/model/intervals/bt_bootstrap.h"
#include "services/rating/model/intervals/rounds.h"
#include "services/rating/model/leaderboard/canonical_json.h"
#include "tests/support/seed.h"
#include "tests/unit/rating_model/synthetic.h"

namespace arena::rating {
namespace {

using testing::Board;
using testing::RowOf;

Settings Bootstrap(int rounds) {
  Settings settings;
  settings.intervals = Intervals::kBootstrap;
  settings.rounds = rounds;
  return settings;
}

TEST(BootstrapTest, AgreesWithTheSandwichOnManyVotes) {
  Board board = testing::BoardOf(testing::SyntheticVotes({.votes = 30'000}, 3));
  for (const Gauge gauge : {Gauge::kMean, Gauge::kAnchor}) {
    Settings settings = Bootstrap(2000);
    settings.gauge = gauge;
    settings.anchor_model = "m02";
    const Leaderboard bootstrap = board.Compute(settings);
    settings.intervals = Intervals::kSandwich;
    const Leaderboard sandwich = board.Compute(settings);
    for (const LeaderboardRow& row : sandwich.models) {
      const LeaderboardRow& other = RowOf(bootstrap, row.model);
      EXPECT_EQ(*row.rating, *other.rating);
      if (gauge == Gauge::kAnchor && row.model == "m02") {
        EXPECT_EQ(*other.lower, *other.upper);
        continue;
      }
      const double ratio = (*other.upper - *other.lower) / (*row.upper - *row.lower);
      EXPECT_NEAR(ratio, 1.0, 0.12) << row.model;
    }
  }
}

TEST(BootstrapTest, OneThreadOrTwoGiveTheSameBits) {
  Board board =
      testing::BoardOf(testing::SyntheticVotes({.votes = 2000}, arena::testing::TestSeed()));
  Settings settings = Bootstrap(200);
  const std::string one = CanonicalJson(board.Compute(settings));
  settings.threads = 2;
  EXPECT_EQ(CanonicalJson(board.Compute(settings)), one);
  settings.seed = 2;
  EXPECT_NE(CanonicalJson(board.Compute(settings)), one);
}

TEST(BootstrapTest, RoundsAreTheMaximumOfTheirResample) {
  // One pair: each round's θ difference is the log-odds of the resampled score, to a thousandth of
  // its standard error; its distribution has the delta method's deviation.
  const std::vector<PairCells> cells = {
      {.first = 0, .second = 1, .wins = 5000, .losses = 3000, .ties = 2000}};
  const auto fit = FitBradleyTerry(2, TermsOf(cells));
  ASSERT_TRUE(fit.ok());
  const std::vector<double> gauge = {1.0, 0.0};
  const auto rounds = BradleyTerryBootstrap(2, cells, *fit, gauge).Run({.rounds = 4000});
  double sum = 0, squares = 0;
  for (size_t r = 0; r < rounds.size(); r += 2) {
    EXPECT_EQ(rounds[r], 0.0);
    sum += rounds[r + 1];
    squares += rounds[r + 1] * rounds[r + 1];
  }
  const double mean = sum / 4000, deviation = std::sqrt(squares / 4000 - mean * mean);
  EXPECT_NEAR(mean, -std::log(0.6 / 0.4), 0.002);
  const double expected = std::sqrt((0.5 * 0.16 + 0.3 * 0.36 + 0.2 * 0.01) / 10'000) / 0.24;
  EXPECT_NEAR(deviation / expected, 1.0, 0.07);
}

TEST(BootstrapTest, ResamplesThatSeparateAModelDoNotMoveTheOthers) {
  // "weak" has a single win, which four rounds in ten do not draw.
  auto votes = testing::SyntheticVotes({.votes = 4000}, 5);
  for (int n = 0; n < 40; ++n) {
    votes.push_back({"weak", "m00", n == 0 ? Outcome::kLeft : Outcome::kRight});
  }
  Settings settings = Bootstrap(400);
  settings.gauge = Gauge::kEstablished;
  settings.provisional_votes = 100;
  const Leaderboard with = testing::BoardOf(votes).Compute(settings);
  votes.resize(4000);
  const Leaderboard without = testing::BoardOf(votes).Compute(settings);
  for (const LeaderboardRow& row : without.models) {
    const double width = *row.upper - *row.lower;
    EXPECT_NEAR(*RowOf(with, row.model).upper - *RowOf(with, row.model).lower, width, 0.3 * width);
  }
  EXPECT_TRUE(RowOf(with, "weak").lower.has_value());
}

TEST(BootstrapTest, PairWeightsAreResampledWithTheirVotes) {
  Board board = testing::BoardOf(testing::SyntheticVotes({.votes = 5000}, 8));
  Settings settings = Bootstrap(1000);
  settings.weights = Weights::kPair;
  const Leaderboard bootstrap = board.Compute(settings);
  settings.intervals = Intervals::kSandwich;
  const Leaderboard sandwich = board.Compute(settings);
  for (const LeaderboardRow& row : sandwich.models) {
    const LeaderboardRow& other = RowOf(bootstrap, row.model);
    EXPECT_NEAR((*other.upper - *other.lower) / (*row.upper - *row.lower), 1.0, 0.2);
  }
}

TEST(QuantileTest, IsLinearBetweenOrderStatistics) {
  const std::vector<double> values = {1, 2, 3, 4};
  EXPECT_EQ(Quantile(values, 0.5), 2.5);
  EXPECT_EQ(Quantile(values, 0.0), 1.0);
  EXPECT_EQ(Quantile(values, 1.0), 4.0);
  EXPECT_NEAR(Quantile(values, 0.025), 1.075, 1e-12);
}

TEST(QuantileTest, RoundsThatRatedNothingAreLeftOut) {
  EXPECT_EQ(Summarize({3, NAN, 1, 2}).median, 2.0);
  EXPECT_TRUE(std::isnan(Summarize({NAN}).median));
}

}  // namespace
}  // namespace arena::rating
