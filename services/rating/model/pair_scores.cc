#include "services/rating/model/pair_scores.h"

#include <algorithm>
#include <array>

#include "services/rating/model/numeric.h"

namespace arena::rating {
namespace {

constexpr double kMaxSpread = 600.0;
// Pairs of one first model that are taken together, and the sums that they are dealt out to in
// turn: the order of the sums is fixed, and none waits for the one before.
constexpr size_t kStretch = 256;
constexpr size_t kLanes = 4;

}  // namespace

PairScores::PairScores(std::span<const PairTerm> terms)
    : first(terms.size()),
      second(terms.size()),
      first_score(terms.size()),
      second_score(terms.size()) {
  for (size_t t = 0; t < terms.size(); ++t) {
    first[t] = terms[t].first;
    second[t] = terms[t].second;
    first_score[t] = terms[t].FirstScore();
    second_score[t] = terms[t].SecondScore();
  }
}

bool Strengths(std::span<const double> theta, std::vector<double>& gamma) {
  const auto [low, high] = std::ranges::minmax_element(theta);
  if (*high - *low > kMaxSpread) return false;
  const double center = 0.5 * (*low + *high);
  gamma.resize(theta.size());
  for (size_t i = 0; i < theta.size(); ++i) gamma[i] = Exp(theta[i] - center);
  return true;
}

void ScoreGradient(const PairScores& pairs, const std::vector<double>& gamma,
                   std::vector<double>& gradient) {
  gradient.assign(gamma.size(), 0.0);
  std::array<double, kStretch> residuals;
  for (size_t begin = 0; begin < pairs.size();) {
    const uint32_t first = pairs.first[begin];
    size_t end = begin + 1;
    while (end < pairs.size() && end < begin + kStretch && pairs.first[end] == first) ++end;
    // Divisions take long, so they come first and apart, where they can overlap.
    const double strength = gamma[first];
    for (size_t t = begin; t < end; ++t) {
      const double other = gamma[pairs.second[t]];
      residuals[t - begin] =
          (pairs.first_score[t] * other - pairs.second_score[t] * strength) / (strength + other);
    }
    std::array<double, kLanes> sums = {};
    for (size_t t = begin; t < end; ++t) {
      const double residual = residuals[t - begin];
      sums[(t - begin) % kLanes] += residual;
      gradient[pairs.second[t]] -= residual;
    }
    gradient[first] += (sums[0] + sums[1]) + (sums[2] + sums[3]);
    begin = end;
  }
}

}  // namespace arena::rating
