#pragma once

#include <optional>
#include <span>
#include <vector>

#include "services/rating/model/numeric/cholesky.h"
#include "services/rating/model/votes/pair_counts.h"

namespace arena::rating {

// The share of the decided votes of a pair that its first model won; ties are left out, as in the
// first arena. Nothing without decided votes.
std::optional<double> WinFraction(const PairTotals& totals);

// The probability that a beats b, from ratings of one group.
double PredictedWinRate(double rating_a, double rating_b);

// How model a does against an average opponent among `models`: the mean, over the opponents that it
// met, of its score against each, ties half a win. Nothing when it met none.
std::optional<double> AverageWinRate(const PairCounts& counts, std::span<const uint32_t> models,
                                     uint32_t a);

// Matrices over `models`, row against column; NaN on the diagonal and where there is nothing to
// say.
Matrix VoteCountMatrix(const PairCounts& counts, std::span<const uint32_t> models);
Matrix WinFractionMatrix(const PairCounts& counts, std::span<const uint32_t> models);
// `ratings` of the same models; NaN for those that are not rated.
Matrix PredictedMatrix(std::span<const double> ratings);

}  // namespace arena::rating
