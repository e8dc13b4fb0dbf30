#pragma once

#include <cmath>
#include <vector>

namespace arena::testing {

// Whether counts that should all be equal could be so by chance. False with a probability of about
// one in a million when they are drawn evenly (Wilson and Hilferty's approximation).
inline bool LooksUniform(const std::vector<int>& counts) {
  double total = 0;
  for (const int count : counts) total += count;
  const double expected = total / static_cast<double>(counts.size());
  double statistic = 0;
  for (const int count : counts) statistic += (count - expected) * (count - expected) / expected;
  const double freedom = static_cast<double>(counts.size() - 1);
  const double spread = 2 / (9 * freedom);
  const double z = (std::cbrt(statistic / freedom) - (1 - spread)) / std::sqrt(spread);
  return z < 4.75;
}

}  // namespace arena::testing
