#include "services/rating/model/leaderboard/pair_statistics.h"

#include <cmath>

#include "services/rating/model/numeric/numeric.h"
#include "services/rating/model/numeric/scale.h"

namespace arena::rating {
namespace {

template <typename Entry>
Matrix MatrixOf(size_t size, Entry entry) {
  Matrix matrix(size);
  for (size_t i = 0; i < size; ++i) {
    for (size_t j = 0; j < size; ++j) matrix(i, j) = i == j ? NAN : entry(i, j);
  }
  return matrix;
}

}  // namespace

std::optional<double> WinFraction(const PairTotals& totals) {
  const int64_t decided = totals.wins_a + totals.wins_b;
  if (decided == 0) return std::nullopt;
  return static_cast<double>(totals.wins_a) / static_cast<double>(decided);
}

double PredictedWinRate(double rating_a, double rating_b) {
  return Logistic((rating_a - rating_b) * kLogitsPerPoint);
}

std::optional<double> AverageWinRate(const PairCounts& counts, std::span<const uint32_t> models,
                                     uint32_t a) {
  double sum = 0;
  int opponents = 0;
  for (const uint32_t b : models) {
    const PairTotals totals = counts.Totals(a, b);
    if (b == a || totals.Total() == 0) continue;
    const double score = static_cast<double>(totals.wins_a) +
                         0.5 * static_cast<double>(totals.ties + totals.both_bad);
    sum += score / static_cast<double>(totals.Total());
    ++opponents;
  }
  if (opponents == 0) return std::nullopt;
  return sum / opponents;
}

Matrix VoteCountMatrix(const PairCounts& counts, std::span<const uint32_t> models) {
  return MatrixOf(models.size(), [&](size_t i, size_t j) {
    return static_cast<double>(counts.Totals(models[i], models[j]).Total());
  });
}

Matrix WinFractionMatrix(const PairCounts& counts, std::span<const uint32_t> models) {
  return MatrixOf(models.size(), [&](size_t i, size_t j) {
    return WinFraction(counts.Totals(models[i], models[j])).value_or(NAN);
  });
}

Matrix PredictedMatrix(std::span<const double> ratings) {
  return MatrixOf(ratings.size(),
                  [&](size_t i, size_t j) { return PredictedWinRate(ratings[i], ratings[j]); });
}

}  // namespace arena::rating
