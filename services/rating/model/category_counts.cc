#include "services/rating/model/category_counts.h"

#include <algorithm>

namespace arena::rating {
namespace {

constexpr size_t kCells = 2 * kOutcomes;
// Boards that are added to together.
constexpr uint32_t kLanes = 8;
constexpr uint32_t kBits[kLanes] = {1, 2, 4, 8, 16, 32, 64, 128};

uint32_t RoundUp(uint32_t boards) { return (boards + kLanes - 1) / kLanes * kLanes; }

size_t PairOf(uint32_t low, uint32_t high) {
  return static_cast<size_t>(high) * (high - 1) / 2 + low;
}

}  // namespace

CategoryCounts::CategoryCounts(uint32_t boards) : stride_(RoundUp(boards)) {}

void CategoryCounts::Add(uint32_t left, uint32_t right, Outcome outcome, uint64_t mask, int sign) {
  const auto [low, high] = std::minmax(left, right);
  if (high >= size_) {
    size_ = high + 1;
    counts_.resize(PairOf(0, size_) * kCells * stride_);
  }
  const size_t side = left == low ? 0 : kOutcomes;
  const size_t cell = PairOf(low, high) * kCells + side + static_cast<size_t>(outcome);
  uint32_t* counts = counts_.data() + cell * stride_;
  const auto amount = static_cast<uint32_t>(sign);
  // Every board is touched: no branch depends on the mask, so the memory of many votes is fetched
  // at once.
  for (uint32_t group = 0; group < stride_; group += kLanes, mask >>= kLanes) {
    const auto bits = static_cast<uint32_t>(mask);
    for (uint32_t lane = 0; lane < kLanes; ++lane) {
      counts[group + lane] += (bits & kBits[lane]) != 0 ? amount : 0;
    }
  }
}

PairCounts CategoryCounts::Board(uint32_t board) const {
  PairCounts result;
  for (uint32_t high = 1; high < size_; ++high) {
    for (uint32_t low = 0; low < high; ++low) {
      const uint32_t* counts = counts_.data() + PairOf(low, high) * kCells * stride_ + board;
      for (size_t o = 0; o < kCells; ++o) {
        const uint32_t votes = counts[o * stride_];
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
