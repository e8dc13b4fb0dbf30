#pragma once

#include <cstdint>

namespace arena::rating {

// What a vote said. The numbers index the cells of PairCounts.
enum class Outcome : uint8_t { kLeft = 0, kRight = 1, kTie = 2, kBothBad = 3 };

inline constexpr int kOutcomes = 4;

// The same verdict seen with left and right exchanged.
constexpr Outcome Mirrored(Outcome outcome) {
  if (outcome == Outcome::kLeft) return Outcome::kRight;
  if (outcome == Outcome::kRight) return Outcome::kLeft;
  return outcome;
}

}  // namespace arena::rating
