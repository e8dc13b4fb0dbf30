#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/rating/model/outcome.h"
#include "services/rating/model/pair_counts.h"

namespace arena::rating {

// Pair counts of many boards at once, for example one a category. The counts of one pair and
// outcome stand side by side for all boards, so that a vote touches adjacent bytes however many
// boards it is on. Each holds up to four billion votes.
class CategoryCounts {
 public:
  // At most 64 boards, whose numbers are the bits of a vote's mask.
  explicit CategoryCounts(uint32_t boards);

  // Adds a vote to each board of `mask`, or takes it back with `sign` -1.
  void Add(uint32_t left, uint32_t right, Outcome outcome, uint64_t mask, int sign = 1);

  // The counts of one board.
  PairCounts Board(uint32_t board) const;

 private:
  // Counts from one cell to the next: the boards, rounded up.
  uint32_t stride_;
  uint32_t size_ = 0;
  std::vector<uint32_t> counts_;
};

}  // namespace arena::rating
