#include "services/rating/model/category_counts.h"

#include <algorithm>
#include <bit>

namespace arena::rating {
namespace {

constexpr size_t kCells = 2 * kOutcomes;

size_t PairOf(uint32_t low, uint32_t high) {
  return static_cast<size_t>(high) * (high - 1) / 2 + low;
}

}  // namespace

void CategoryCounts::Add(uint32_t left, uint32_t right, Outcome outcome, uint64_t mask, int sign) {
  const auto [low, high] = std::minmax(left, right);
  if (high >= size_) {
    size_ = high + 1;
    counts_.resize(PairOf(0, size_) * kCells * boards_);
  }
  const size_t side = left == low ? 0 : kOutcomes;
  const size_t cell = PairOf(low, high) * kCells + side + static_cast<size_t>(outcome);
  uint32_t* counts = counts_.data() + cell * boards_;
  for (; mask != 0; mask &= mask - 1) {
    counts[std::countr_zero(mask)] += static_cast<uint32_t>(sign);
  }
}

PairCounts CategoryCounts::Board(uint32_t board) const {
  PairCounts result;
  for (uint32_t high = 1; high < size_; ++high) {
    for (uint32_t low = 0; low < high; ++low) {
      const uint32_t* counts = counts_.data() + PairOf(low, high) * kCells * boards_ + board;
      for (size_t o = 0; o < kCells; ++o) {
        const uint32_t votes = counts[o * boards_];
        if (votes == 0) continue;
        const bool low_is_left = o < kOutcomes;
        result.Add(low_is_left ? low : high, low_is_left ? high : low,
                   static_cast<Outcome>(o % kOutcomes), votes);
      }
    }
  }
  return result;
}

}  // namespace arena::rating
