#include "services/rating/model/intervals/differences.h"

#include <gtest/gtest.h>

#include <cmath>

#include "services/rating/model/intervals/covariance.h"
#include "services/rating/model/numeric/scale.h"
#include "tests/support/seed.h"
#include "tests/unit/rating_model/synthetic.h"

namespace arena::rating {
namespace {

struct Fitted {
  std::vector<double> theta;
  Sandwich sandwich;
  uint32_t models;
};

Fitted Fit(const std::vector<testing::TestVote>& votes) {
  testing::Board board = testing::BoardOf(votes);
  const auto by_name = board.models.ByName();
  const auto terms = TermsOf(CellsOf(board.counts, by_name, TieRule::kHalf, Weights::kNone));
  auto fit = FitBradleyTerry(board.models.size(), terms);
  return {fit->theta, Sandwich(board.models.size(), terms, fit->theta), board.models.size()};
}

TEST(DifferencesTest, FullCovarianceAgreesWithTheOracle) {
  const auto votes =
      testing::SyntheticVotes({.models = 7, .votes = 500}, arena::testing::TestSeed());
  const Fitted fitted = Fit(votes);
  std::vector<double> gauge(fitted.models, 0.0);
  gauge[1] = 1.0;
  const auto truth = testing::FitByOracle(fitted.models, testing::ForOracle(votes),
                                          std::vector<long double>(gauge.begin(), gauge.end()));
  const Matrix covariance = fitted.sandwich.Covariance(gauge);
  const auto variances = fitted.sandwich.Variances(gauge);
  for (uint32_t i = 0; i < fitted.models; ++i) {
    EXPECT_NEAR(variances[i], covariance(i, i), 1e-12);
    for (uint32_t j = 0; j < fitted.models; ++j) {
      EXPECT_NEAR(covariance(i, j), static_cast<double>(truth.covariance[i][j]), 1e-11);
    }
  }
}

TEST(DifferencesTest, DoNotDependOnTheGauge) {
  const Fitted fitted = Fit(testing::SyntheticVotes({.votes = 800}, arena::testing::TestSeed()));
  std::vector<double> mean(fitted.models, 1.0 / fitted.models), anchor(fitted.models, 0.0);
  anchor[4] = 1.0;
  const Matrix by_mean = fitted.sandwich.Covariance(mean);
  const Matrix by_anchor = fitted.sandwich.Covariance(anchor);
  for (uint32_t i = 0; i < fitted.models; ++i) {
    for (uint32_t j = 0; j < i; ++j) {
      EXPECT_NEAR(DifferenceOf(fitted.theta, by_mean, i, j).error,
                  DifferenceOf(fitted.theta, by_anchor, i, j).error, 1e-9);
    }
  }
}

TEST(DifferencesTest, PairwiseRanksAreAsSharpOrSharper) {
  testing::Board board =
      testing::BoardOf(testing::SyntheticVotes({.models = 20, .votes = 20'000}, 9));
  Settings settings;
  const Leaderboard by_bounds = board.Compute(settings);
  settings.rank = RankRule::kPairwise;
  const Leaderboard pairwise = board.Compute(settings);
  int sharper = 0;
  for (const LeaderboardRow& row : by_bounds.models) {
    const LeaderboardRow& other = testing::RowOf(pairwise, row.model);
    EXPECT_LE(other.rank_upper - other.rank_lower, row.rank_upper - row.rank_lower);
    sharper += other.rank_upper - other.rank_lower < row.rank_upper - row.rank_lower;
  }
  EXPECT_GT(sharper, 0);
}

TEST(SimultaneousTest, IndependentModelsNeedTheSidakQuantile) {
  // An anchor and forty independent models: 1 - (1 - 2 (1 - Φ(z)))^40 = 0.05 at z = 3.2197.
  Matrix covariance(41);
  for (size_t m = 1; m < 41; ++m) covariance(m, m) = 0.01 * static_cast<double>(m);
  std::vector<double> gauge(41, 0.0);
  gauge[0] = 1.0;
  EXPECT_NEAR(SimultaneousQuantile(covariance, gauge).value(), 3.22, 0.05);
}

TEST(SimultaneousTest, TwoModelsNeedNoMoreThanTheMarginalQuantile) {
  const Fitted fitted = Fit({{"a", "b", Outcome::kLeft}, {"a", "b", Outcome::kRight}});
  const std::vector<double> gauge = {0.5, 0.5};
  EXPECT_NEAR(SimultaneousQuantile(fitted.sandwich.Covariance(gauge), gauge).value(), kNormal975,
              0.05);
}

TEST(SimultaneousTest, BandsAreWiderThanIntervals) {
  testing::Board board =
      testing::BoardOf(testing::SyntheticVotes({.models = 20, .votes = 20'000}, 9));
  const Leaderboard plain = board.Compute(Settings{});
  const Leaderboard bands = board.Compute({.simultaneous = true});
  for (const LeaderboardRow& row : plain.models) {
    const LeaderboardRow& band = testing::RowOf(bands, row.model);
    EXPECT_NEAR((*band.upper - *band.lower) / (*row.upper - *row.lower), 3.0 / kNormal975, 0.1);
  }
}

}  // namespace
}  // namespace arena::rating
