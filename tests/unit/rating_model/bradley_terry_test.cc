#include "services/rating/model/fit/bradley_terry.h"

#include <gtest/gtest.h>

#include <cmath>

#include "services/rating/model/numeric/scale.h"
#include "tests/support/seed.h"
#include "tests/unit/rating_model/synthetic.h"

namespace arena::rating {
namespace {

using testing::Board;
using testing::BoardOf;

// |a - b| <= 1e-9 in points, where a rating is about a thousand.
constexpr double kOracleTolerance = 1e-9;

class BradleyTerryOracleTest : public ::testing::TestWithParam<uint32_t> {};

TEST_P(BradleyTerryOracleTest, RatingsAndSandwichAgreeWithVoteByVoteRegression) {
  const uint32_t models = GetParam();
  const auto votes = testing::SyntheticVotes({.models = models, .votes = 600},
                                             arena::testing::TestSeed() + models);
  Board board = BoardOf(votes);
  const Leaderboard leaderboard = board.Compute(Settings{});
  ASSERT_EQ(leaderboard.groups, 1);
  const std::vector<long double> mean(board.models.size(), 1.0L / board.models.size());
  const auto truth = testing::FitByOracle(board.models.size(), testing::ForOracle(votes), mean);
  const auto by_name = board.models.ByName();
  for (uint32_t m = 0; m < by_name.size(); ++m) {
    const LeaderboardRow& row = testing::RowOf(leaderboard, board.models.Name(by_name[m]));
    const double rating = static_cast<double>(kMeanRating + kPointsPerLogit * truth.parameters[m]);
    const double half_width =
        static_cast<double>(kNormal975 * kPointsPerLogit * std::sqrt(truth.covariance[m][m]));
    EXPECT_NEAR(*row.rating, rating, kOracleTolerance);
    EXPECT_NEAR(*row.upper, rating + half_width, kOracleTolerance);
    EXPECT_NEAR(*row.lower, rating - half_width, kOracleTolerance);
  }
}

INSTANTIATE_TEST_SUITE_P(Models, BradleyTerryOracleTest, ::testing::Values(2, 3, 10, 20));

TEST(BradleyTerryTest, TwoModelsHaveTheLogOddsOfTheirScore) {
  PairTerm term{.first = 0, .second = 1, .wins = 75, .losses = 25};
  const auto fit = FitBradleyTerry(2, std::vector{term});
  ASSERT_TRUE(fit.ok());
  EXPECT_NEAR(fit->theta[0] - fit->theta[1], 1.0986122886681098, 1e-14);
}

TEST(BradleyTerryTest, StatesItsErrorByTheNewtonDecrement) {
  Board board = BoardOf(testing::SyntheticVotes({.models = 20, .votes = 20'000}, 5));
  const auto by_name = board.models.ByName();
  const auto terms = TermsOf(CellsOf(board.counts, by_name, TieRule::kHalf, Weights::kNone));
  const auto fit = FitBradleyTerry(board.models.size(), terms);
  ASSERT_TRUE(fit.ok());
  EXPECT_LE(fit->decrement, 1e-6);
  EXPECT_LE(fit->steps, 8);
}

TEST(BradleyTerryTest, ExtremeScoresConvergeWithoutOverflow) {
  // A ladder in which each model wins all but one of a hundred million: 18 logits a rung.
  std::vector<PairTerm> terms;
  for (uint32_t m = 0; m + 1 < 60; ++m) {
    terms.push_back({.first = m, .second = m + 1, .wins = 1e8, .losses = 1});
  }
  const auto fit = FitBradleyTerry(60, terms);
  ASSERT_TRUE(fit.ok()) << fit.status();
  for (uint32_t m = 0; m + 1 < 60; ++m) {
    EXPECT_NEAR(fit->theta[m] - fit->theta[m + 1], 18.420680743952367, 1e-6);
  }
}

}  // namespace
}  // namespace arena::rating
