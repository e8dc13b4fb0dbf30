#include "services/rating/model/pair_scores.h"

#include <algorithm>

#include "services/rating/model/numeric.h"

namespace arena::rating {
namespace {

constexpr double kMaxSpread = 600.0;

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
  const size_t count = pairs.size();
  for (size_t t = 0; t < count;) {
    // The sum of the first model stays in a register as long as it is the first.
    const uint32_t first = pairs.first[t];
    const double strength = gamma[first];
    double sum = 0;
    for (; t < count && pairs.first[t] == first; ++t) {
      const uint32_t second = pairs.second[t];
      const double other = gamma[second];
      const double residual =
          (pairs.first_score[t] * other - pairs.second_score[t] * strength) / (strength + other);
      sum += residual;
      gradient[second] -= residual;
    }
    gradient[first] += sum;
  }
}

}  // namespace arena::rating
