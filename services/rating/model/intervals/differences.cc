#include "services/rating/model/intervals/differences.h"

#include <algorithm>
#include <cmath>

#include "services/rating/model/fit/likelihood.h"
#include "services/rating/model/intervals/rounds.h"
#include "services/rating/model/numeric/numeric.h"
#include "services/rating/model/numeric/scale.h"

namespace arena::rating {
namespace {

constexpr int kDraws = 10'000;
constexpr uint64_t kSeed = 1;

// Standard normal pairs by Marsaglia's polar method (1964).
void FillNormal(RoundRandom& random, std::vector<double>& values) {
  for (size_t i = 0; i < values.size(); i += 2) {
    double u = 0, v = 0, s = 0;
    do {
      u = 2.0 * random.Uniform() - 1.0;
      v = 2.0 * random.Uniform() - 1.0;
      s = u * u + v * v;
    } while (s >= 1.0 || s == 0.0);
    const double factor = std::sqrt(-2.0 * Log(s) / s);
    values[i] = u * factor;
    if (i + 1 < values.size()) values[i + 1] = v * factor;
  }
}

}  // namespace

Difference DifferenceOf(std::span<const double> theta, const Matrix& covariance, uint32_t a,
                        uint32_t b) {
  const double variance = covariance(a, a) + covariance(b, b) - 2.0 * covariance(a, b);
  return {theta[a] - theta[b], std::sqrt(std::max(0.0, variance))};
}

std::vector<RankRange> RanksByDifferences(std::span<const double> theta, const Matrix& covariance,
                                          double z) {
  const auto models = static_cast<uint32_t>(theta.size());
  std::vector<RankRange> ranks(models);
  for (uint32_t m = 0; m < models; ++m) {
    int ahead = 0, behind = 0;
    for (uint32_t k = 0; k < models; ++k) {
      if (k == m) continue;
      const Difference difference = DifferenceOf(theta, covariance, k, m);
      ahead += difference.value > z * difference.error;
      behind += -difference.value > z * difference.error;
    }
    ranks[m] = {1 + ahead, 1 + ahead, static_cast<int>(models) - behind};
  }
  return ranks;
}

std::optional<double> SimultaneousQuantile(const Matrix& covariance,
                                           std::span<const double> gauge) {
  const size_t n = covariance.size();
  // In the gauge of the first model what is left has full rank and can be factored.
  std::vector<double> first(n, 0.0);
  first[0] = 1.0;
  Matrix factor = InGauge(covariance, first);
  for (size_t i = 0; i < n; ++i) factor(0, i) = factor(i, 0) = 0.0;
  factor(0, 0) = 1.0;
  if (!FactorCholesky(factor)) return std::nullopt;
  std::vector<double> error(n);
  for (size_t m = 0; m < n; ++m) error[m] = std::sqrt(std::max(0.0, covariance(m, m)));
  std::vector<double> normal(n), draw(n), largest(kDraws);
  RoundRandom random(kSeed, 0);
  for (double& value : largest) {
    FillNormal(random, normal);
    std::ranges::fill(draw, 0.0);
    for (size_t k = 1; k < n; ++k) {
      for (size_t m = k; m < n; ++m) draw[m] += normal[k] * factor(k, m);
    }
    double level = 0;
    for (size_t m = 0; m < n; ++m) level += gauge[m] * draw[m];
    value = 0;
    for (size_t m = 0; m < n; ++m) {
      if (error[m] > 0) value = std::max(value, std::abs(draw[m] - level) / error[m]);
    }
  }
  std::ranges::sort(largest);
  return Quantile(largest, 0.95);
}

}  // namespace arena::rating
