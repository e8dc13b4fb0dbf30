#include "services/rating/model/numeric/cholesky.h"

#include <gtest/gtest.h>

#include "services/rating/model/intervals/rounds.h"
#include "tests/support/seed.h"

namespace arena::rating {
namespace {

// RRᵀ + I for random R.
Matrix RandomPositiveDefinite(size_t n, uint64_t seed) {
  RoundRandom random(seed, n);
  Matrix r(n), a(n);
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j) r(i, j) = random.Uniform() - 0.5;
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j) {
      a(i, j) = i == j ? 1.0 : 0.0;
      for (size_t k = 0; k < n; ++k) a(i, j) += r(i, k) * r(j, k);
    }
  return a;
}

class CholeskyTest : public ::testing::TestWithParam<size_t> {};

TEST_P(CholeskyTest, SolvesAndInverts) {
  const size_t n = GetParam();
  const Matrix a = RandomPositiveDefinite(n, arena::testing::TestSeed());
  Matrix u = a;
  ASSERT_TRUE(FactorCholesky(u));
  std::vector<double> x(n, 1.0);
  std::vector<double> b(n, 0.0);
  for (size_t i = 0; i < n; ++i) {
    x[i] += static_cast<double>(i % 5);
    for (size_t j = 0; j < n; ++j) b[i] += a(i, j) * (1.0 + static_cast<double>(j % 5));
  }
  SolveCholesky(u, b);
  for (size_t i = 0; i < n; ++i) EXPECT_NEAR(b[i], x[i], 1e-10);
  const Matrix inverse = InvertCholesky(u);
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < n; ++j) {
      double product = 0;
      for (size_t k = 0; k < n; ++k) product += a(i, k) * inverse(k, j);
      ASSERT_NEAR(product, i == j ? 1.0 : 0.0, 1e-10);
      ASSERT_EQ(inverse(i, j), inverse(j, i));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, CholeskyTest, ::testing::Values(1, 2, 7, 8, 9, 16, 31, 64, 101));

TEST(CholeskyTest, RefusesAMatrixThatIsNotPositiveDefinite) {
  Matrix a(2);
  a(0, 0) = a(1, 1) = 1.0;
  a(0, 1) = a(1, 0) = 2.0;
  EXPECT_FALSE(FactorCholesky(a));
}

}  // namespace
}  // namespace arena::rating
