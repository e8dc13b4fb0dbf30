#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "services/rating/model/votes/outcome.h"
#include "services/rating/model/votes/pair_triangle.h"

namespace arena::rating {

// Outcomes of one unordered pair as the model `a` of the call sees them.
struct PairTotals {
  int64_t wins_a = 0;
  int64_t wins_b = 0;
  int64_t ties = 0;
  int64_t both_bad = 0;

  int64_t Total() const { return wins_a + wins_b + ties + both_bad; }
};

// Exact counts of outcomes for each ordered pair of models (left, right) of one board. Taking a
// vote back is the same addition with a minus sign, so the counts after any order of additions and
// removals equal those from scratch. Indices come from a ModelIndex; storage grows with the pairs
// that have votes.
class PairCounts {
 public:
  PairCounts() = default;
  PairCounts(PairCounts&&) = default;
  PairCounts& operator=(PairCounts&&) = default;
  PairCounts(const PairCounts& other);
  PairCounts& operator=(const PairCounts& other) { return *this = PairCounts(other); }

  // A copy that shares its memory with this until either is added to, and then copies a kilobyte at
  // a time. Threads may read the copy while this one goes on.
  PairCounts Share();

  // Adds `amount` votes, negative to take back. The two indices differ.
  void Add(uint32_t left, uint32_t right, Outcome outcome, int64_t amount = 1) {
    const bool left_is_low = left < right;
    const uint32_t low = left_is_low ? left : right, high = left_is_low ? right : left;
    if (high >= size_) Grow(high);
    const size_t pair = PairOf(low, high);
    Block* block = writable_[pair / kBlockPairs];
    if (block == nullptr) block = MakeWritable(pair / kBlockPairs);
    (*block)[pair % kBlockPairs][(left_is_low ? 0u : kOutcomes) + static_cast<size_t>(outcome)] +=
        amount;
    votes_[low] += amount;
    votes_[high] += amount;
    total_ += amount;
  }

  // Asks for the memory that Add will touch, so that the votes of a batch wait for it together.
  void Prefetch(uint32_t left, uint32_t right) const {
    const auto [low, high] = std::minmax(left, right);
    if (high >= size_) return;
    const size_t pair = PairOf(low, high);
    const Block* block = writable_[pair / kBlockPairs];
    if (block != nullptr) __builtin_prefetch(&(*block)[pair % kBlockPairs], /*for writing*/ 1);
  }

  // Votes of the ordered pair.
  int64_t Count(uint32_t left, uint32_t right, Outcome outcome) const;
  // Votes of the unordered pair, whoever was on the left.
  PairTotals Totals(uint32_t a, uint32_t b) const;
  // Asks for the memory that Totals will read.
  void PrefetchTotals(uint32_t a, uint32_t b) const {
    const auto [low, high] = std::minmax(a, b);
    if (high >= size_ || low == high) return;
    const Cells* cells = Find(PairOf(low, high));
    if (cells != nullptr) __builtin_prefetch(cells);
  }
  // Votes of each model against all others, for all indices below size().
  const std::vector<int64_t>& VotesByModel() const { return votes_; }
  // All votes.
  int64_t total() const { return total_; }
  // One more than the largest index that was ever added.
  uint32_t size() const { return size_; }

  friend bool operator==(const PairCounts& a, const PairCounts& b);

  // For storing: cells by number, which is that of the pair (by the larger index, then the smaller)
  // times eight, plus four when the larger index is on the left, plus the outcome.
  static uint64_t CellsOf(uint32_t models) {
    return models == 0 ? 0 : uint64_t{2 * kOutcomes} * PairOf(0, models);
  }
  // Calls `visit(cell, votes)` for each cell with votes, in ascending order.
  template <typename Visit>
  void ForEachCell(Visit visit) const;
  // Adds votes to a cell.
  void AddToCell(uint64_t cell, int64_t votes);

 private:
  // Eight counts, one cache line: the four outcomes with the smaller index on the left, then the
  // four with it on the right.
  using Cells = std::array<int64_t, 2 * kOutcomes>;

  static constexpr size_t kBlockPairs = 16;
  using Block = std::array<Cells, kBlockPairs>;

  void Grow(uint32_t index);
  Block* MakeWritable(size_t block);
  // Null when the pair never had a vote.
  const Cells* Find(size_t pair) const {
    const Block* block = blocks_[pair / kBlockPairs].get();
    return block == nullptr ? nullptr : &(*block)[pair % kBlockPairs];
  }

  // Null for sixteen pairs that never had a vote.
  std::vector<std::shared_ptr<Block>> blocks_;
  // The same blocks, but null for those that a copy shares.
  std::vector<Block*> writable_;
  std::vector<int64_t> votes_;
  uint32_t size_ = 0;
  int64_t total_ = 0;
};

template <typename Visit>
void PairCounts::ForEachCell(Visit visit) const {
  for (size_t block = 0; block < blocks_.size(); ++block) {
    if (blocks_[block] == nullptr) continue;
    uint64_t cell = uint64_t{2 * kOutcomes} * kBlockPairs * block;
    for (const Cells& cells : *blocks_[block]) {
      for (const int64_t votes : cells) {
        if (votes != 0) visit(cell, votes);
        ++cell;
      }
    }
  }
}

}  // namespace arena::rating
