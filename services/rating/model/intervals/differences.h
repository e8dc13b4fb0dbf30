#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "services/rating/model/intervals/rank.h"
#include "services/rating/model/numeric/cholesky.h"

namespace arena::rating {

// θ_a - θ_b with its standard error, from a full covariance in any gauge: differences do not depend
// on it.
struct Difference {
  double value = 0;
  double error = 0;
};
Difference DifferenceOf(std::span<const double> theta, const Matrix& covariance, uint32_t a,
                        uint32_t b);

// Ranks by differences: rank and best are 1 + #{k : θ_k - θ_m > z sd_km}, worst the number of
// models less those that are behind by as much. Sharper than by intervals, since what two models
// share cancels.
std::vector<RankRange> RanksByDifferences(std::span<const double> theta, const Matrix& covariance,
                                          double z);

// The 95 % quantile of max_m |error_m| / sd_m under the normal law with this covariance, which is
// in the gauge given: intervals of so many standard errors hold all at once. By 10,000 draws from a
// fixed seed; models without variance (an anchor) have no part in it. Nothing when the covariance
// has no full rank.
std::optional<double> SimultaneousQuantile(const Matrix& covariance, std::span<const double> gauge);

}  // namespace arena::rating
