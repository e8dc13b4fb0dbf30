#include "services/rating/model/numeric/numeric.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "services/rating/model/intervals/rounds.h"
#include "tests/support/seed.h"

namespace arena::rating {
namespace {

constexpr double kUlp = std::numeric_limits<double>::epsilon();

TEST(NumericTest, ExpIsWithinTwoUnitsInTheLastPlace) {
  RoundRandom random(arena::testing::TestSeed(), 0);
  for (int n = 0; n < 200'000; ++n) {
    const double x = 1400.0 * (random.Uniform() - 0.5);
    const long double truth = std::exp(static_cast<long double>(x));
    ASSERT_NEAR(static_cast<double>(Exp(x) / truth - 1.0L), 0.0, 2 * kUlp) << x;
  }
}

TEST(NumericTest, ExpOfZeroIsOneAndExtremesAreFinite) {
  EXPECT_EQ(Exp(0.0), 1.0);
  EXPECT_GT(Exp(-1e300), 0.0);
  EXPECT_LT(Exp(1e300), INFINITY);
}

TEST(NumericTest, LogIsWithinTwoUnitsInTheLastPlace) {
  RoundRandom random(arena::testing::TestSeed(), 1);
  for (int n = 0; n < 200'000; ++n) {
    const double x = Exp(1400.0 * (random.Uniform() - 0.5));
    const long double truth = std::log(static_cast<long double>(x));
    ASSERT_NEAR(static_cast<double>((Log(x) - truth) / truth), 0.0, 2 * kUlp) << x;
  }
  EXPECT_EQ(Log(1.0), 0.0);
}

TEST(NumericTest, LogIsAccurateNearOne) {
  for (double d = 0x1p-40; d < 0.1; d *= 1.7) {
    const long double truth = std::log1p(static_cast<long double>((1.0 + d) - 1.0));
    EXPECT_NEAR(static_cast<double>(Log(1.0 + d) / truth - 1.0L), 0.0, 2 * kUlp) << d;
  }
}

TEST(NumericTest, LogisticOfBothSignsSumsToOne) {
  for (double x = -40; x <= 40; x += 0.37) EXPECT_NEAR(Logistic(x) + Logistic(-x), 1.0, kUlp) << x;
}

}  // namespace
}  // namespace arena::rating
