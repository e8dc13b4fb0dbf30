#include "services/rating/model/fit/pair_scores.h"

#include <algorithm>
#include <cstring>

#include "services/rating/model/numeric/numeric.h"

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

// By twos, for a division takes as long for two pairs as for one; the sums are of one pair after
// the other all the same.
void ScoreGradient(const PairScores& pairs, const std::vector<double>& gamma,
                   std::vector<double>& gradient) {
  using Two [[gnu::vector_size(16)]] = double;
  gradient.assign(gamma.size(), 0.0);
  const size_t count = pairs.size();
  const uint32_t* const seconds = pairs.second.data();
  for (size_t t = 0; t < count;) {
    // The sum of the first model stays in a register as long as it is the first.
    const uint32_t first = pairs.first[t];
    const double strength = gamma[first];
    double sum = 0;
    for (; t + 1 < count && pairs.first[t + 1] == first; t += 2) {
      const Two other = {gamma[seconds[t]], gamma[seconds[t + 1]]};
      Two first_score, second_score;
      std::memcpy(&first_score, &pairs.first_score[t], sizeof(Two));
      std::memcpy(&second_score, &pairs.second_score[t], sizeof(Two));
      const Two residual = (first_score * other - second_score * strength) / (strength + other);
      sum += residual[0];
      gradient[seconds[t]] -= residual[0];
      sum += residual[1];
      gradient[seconds[t + 1]] -= residual[1];
    }
    for (; t < count && pairs.first[t] == first; ++t) {
      const double other = gamma[seconds[t]];
      const double residual =
          (pairs.first_score[t] * other - pairs.second_score[t] * strength) / (strength + other);
      sum += residual;
      gradient[seconds[t]] -= residual;
    }
    gradient[first] += sum;
  }
}

}  // namespace arena::rating
