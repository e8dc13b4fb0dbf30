#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/rating/model/numeric/large_page.h"
#include "services/rating/model/votes/outcome.h"
#include "services/rating/model/votes/pair_counts.h"

namespace arena::rating {

// Pair counts of many boards at once, for example one a category. The counts of one pair and
// outcome stand side by side, in one cache line for 31 boards, so that a vote costs the same
// however many boards it is on. Takes its memory two megabytes at a time.
class CategoryCounts {
 public:
  // At most 64 boards, whose numbers are the bits of a vote's mask.
  explicit CategoryCounts(uint32_t boards)
      : lines_per_cell_((boards + kLineBoards - 1) / kLineBoards) {}

  // Adds a vote to each board of `mask`, or takes it back with `sign` -1.
  void Add(uint32_t left, uint32_t right, Outcome outcome, uint64_t mask, int sign = 1);

  // The counts of one board.
  PairCounts Board(uint32_t board) const;

 private:
  static constexpr size_t kCells = 2 * kOutcomes;
  static constexpr uint32_t kLineBoards = 31;
  // The votes of each board, and last how many votes the line has taken in, added or taken back.
  // No number is further from zero than that one; when it has filled its 16 bits, all of them move
  // to `carried_`.
  struct alignas(64) Line {
    std::array<int16_t, kLineBoards + 1> votes;
  };
  static constexpr size_t kPageLines = kLargePageBytes / sizeof(Line);
  using Carried = std::array<int64_t, kLineBoards>;

  // By pair (the larger index, then the smaller), then which of them is on the left, then outcome.
  static size_t CellOf(uint32_t left, uint32_t right, Outcome outcome) {
    const bool left_is_low = left < right;
    const uint32_t low = left_is_low ? left : right, high = left_is_low ? right : left;
    const size_t pair = static_cast<size_t>(high) * (high - 1) / 2 + low;
    return pair * kCells + (left_is_low ? 0 : kOutcomes) + static_cast<size_t>(outcome);
  }

  void Grow(uint32_t index);
  Line& LineAt(size_t number) const {
    return static_cast<Line*>(pages_[number / kPageLines].get())[number % kPageLines];
  }
  void Carry(size_t number);
  int64_t Votes(size_t number, uint32_t board) const;

  uint32_t lines_per_cell_;
  uint32_t size_ = 0;
  std::vector<LargePage> pages_;
  // By number of the line.
  absl::flat_hash_map<size_t, Carried> carried_;
};

}  // namespace arena::rating
