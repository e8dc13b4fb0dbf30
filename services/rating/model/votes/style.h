#pragma once

#include <array>
#include <cstddef>

namespace arena::rating {

// Answer tokens, headers, list items and bold spans.
inline constexpr size_t kStyleFeatures = 4;
using StyleVector = std::array<float, kStyleFeatures>;

// How much more of each feature the left side has, from -1 to 1: (A - B) / (A + B), and 0 when both
// are 0. With `is_compatible`, (A - B) / (A + B + 1), as LMArena computes it.
inline StyleVector StyleDifference(const StyleVector& left, const StyleVector& right,
                                   bool is_compatible) {
  StyleVector difference{};
  for (size_t k = 0; k < kStyleFeatures; ++k) {
    const float sum = left[k] + right[k] + (is_compatible ? 1.0f : 0.0f);
    if (sum > 0) difference[k] = (left[k] - right[k]) / sum;
  }
  return difference;
}

}  // namespace arena::rating
