#include "services/rating/model/intervals/poisson_table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "services/rating/model/intervals/rounds.h"
#include "tests/support/seed.h"

namespace arena::rating {
namespace {

class PoissonTableTest : public ::testing::TestWithParam<int64_t> {};

TEST_P(PoissonTableTest, HasMeanAndVarianceOfItsMean) {
  const auto mean = static_cast<double>(GetParam());
  const PoissonTable table(GetParam());
  RoundRandom random(arena::testing::TestSeed(), static_cast<uint64_t>(GetParam()));
  constexpr int kDraws = 400'000;
  double sum = 0, squares = 0;
  for (int n = 0; n < kDraws; ++n) {
    const double deviation = table.Draw(random.Bits()) - mean;
    sum += deviation;
    squares += deviation * deviation;
  }
  // Six standard errors: one false alarm in five hundred million.
  EXPECT_NEAR(sum / kDraws, 0.0, 6 * std::sqrt(mean / kDraws));
  EXPECT_NEAR(squares / kDraws / mean, 1.0, 6 * std::sqrt((2 + 1 / mean) / kDraws));
}

INSTANTIATE_TEST_SUITE_P(Means, PoissonTableTest,
                         ::testing::Values(1, 2, 7, 100, 5000, 10'000'000, 1'000'000'000));

TEST(PoissonTableTest, SmallMeanHasThePoissonProbabilities) {
  const PoissonTable table(3);
  RoundRandom random(arena::testing::TestSeed(), 99);
  constexpr int kDraws = 1'000'000;
  std::map<int, int> seen;
  for (int n = 0; n < kDraws; ++n) ++seen[static_cast<int>(table.Draw(random.Bits()))];
  double probability = std::exp(-3.0);
  for (int k = 0; k <= 10; ++k) {
    const double expected = kDraws * probability;
    EXPECT_NEAR(seen[k], expected, 6 * std::sqrt(expected)) << k;
    probability *= 3.0 / (k + 1);
  }
}

}  // namespace
}  // namespace arena::rating
