#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "services/rating/core/log/counts_view.h"
#include "services/rating/model/votes/outcome.h"

namespace arena::rating {

// The pair counts of all boards. For one thread at a time.
class BoardCounts {
 public:
  explicit BoardCounts(size_t boards) : boards_(boards) {}

  // Adds a vote, or takes it back with -1, on every board of `mask`. `position` is the entry's.
  void Add(uint32_t left, uint32_t right, Outcome outcome, uint64_t mask, int64_t sign,
           int64_t position);
  // Whether every board of `mask` has such a vote to take back.
  bool Has(uint32_t left, uint32_t right, Outcome outcome, uint64_t mask) const;

  // For a view; boards that have not changed since are those of the view before.
  std::vector<CountsView::Board> Share();

  size_t size() const { return boards_.size(); }
  const PairCounts& counts(size_t board) const { return boards_[board].counts; }
  int64_t changed_at(size_t board) const { return boards_[board].changed_at; }
  // Puts back what a checkpoint holds.
  void Restore(size_t board, PairCounts counts, int64_t changed_at);

 private:
  struct Board {
    PairCounts counts;
    int64_t changed_at = 0;
    // What the last view got.
    CountsView::Board shared;
  };
  std::vector<Board> boards_;
};

}  // namespace arena::rating
