#include "services/rating/model/intervals/covariance.h"

#include <gtest/gtest.h>

#include "tests/support/seed.h"
#include "tests/unit/rating_model/synthetic.h"

namespace arena::rating {
namespace {

using testing::BoardOf;

// All gauges against the vote-by-vote oracle.
TEST(SandwichTest, VariancesFollowTheGauge) {
  const auto votes =
      testing::SyntheticVotes({.models = 8, .votes = 500}, arena::testing::TestSeed());
  testing::Board board = BoardOf(votes);
  const auto by_name = board.models.ByName();
  const uint32_t models = board.models.size();
  const auto terms = TermsOf(CellsOf(board.counts, by_name, TieRule::kHalf, Weights::kNone));
  const auto fit = FitBradleyTerry(models, terms);
  ASSERT_TRUE(fit.ok());
  const Sandwich sandwich(models, terms, fit->theta);
  ASSERT_TRUE(sandwich.is_valid());
  std::vector<std::vector<double>> gauges(3, std::vector<double>(models, 0.0));
  gauges[0].assign(models, 1.0 / models);  // mean
  gauges[1][2] = 1.0;                      // anchor
  gauges[2][0] = gauges[2][3] = 0.5;       // mean of two established ones
  for (const auto& gauge : gauges) {
    const auto truth = testing::FitByOracle(models, testing::ForOracle(votes),
                                            std::vector<long double>(gauge.begin(), gauge.end()));
    const auto variances = sandwich.Variances(gauge);
    for (uint32_t m = 0; m < models; ++m) {
      EXPECT_NEAR(variances[m], static_cast<double>(truth.covariance[m][m]), 1e-12);
    }
  }
}

}  // namespace
}  // namespace arena::rating
