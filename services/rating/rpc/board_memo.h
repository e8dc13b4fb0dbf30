#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/base/limits.h"
#include "services/rating/core/log/counts_view.h"

namespace arena::rating {

// What was last made of the counts of boards, for as long as they do not change: a board that has
// the same `changed_at` in two views has the same counts. The most recently used are kept. Shared
// by threads.
template <typename Value>
class BoardMemo {
 public:
  using ValuePtr = std::shared_ptr<const Value>;

  // What `make` makes of the board's counts, from memory if it can be. Two threads that ask for the
  // same at the same time may both make it.
  absl::StatusOr<ValuePtr> Get(
      const CountsView& view, size_t board,
      absl::FunctionRef<absl::StatusOr<Value>(const ModelIndex&, const PairCounts&)> make) {
    const CountsView::Board& counts = view.boards[board];
    if (ValuePtr kept = Find(board, counts.changed_at)) return kept;
    absl::StatusOr<Value> made = make(*view.models, *counts.counts);
    if (!made.ok()) return made.status();
    auto value = std::make_shared<const Value>(*std::move(made));
    absl::MutexLock lock(&mutex_);
    kept_.push_front({.board = board, .changed_at = counts.changed_at, .value = value});
    if (kept_.size() > limits::kKeptBoards) kept_.pop_back();
    return value;
  }

 private:
  struct Kept {
    size_t board = 0;
    int64_t changed_at = 0;
    ValuePtr value;
  };

  // Null when it is not there. Moves what it finds to the front.
  ValuePtr Find(size_t board, int64_t changed_at) {
    absl::MutexLock lock(&mutex_);
    for (auto kept = kept_.begin(); kept != kept_.end(); ++kept) {
      if (kept->board != board || kept->changed_at != changed_at) continue;
      Kept found = std::move(*kept);
      kept_.erase(kept);
      return kept_.emplace_front(std::move(found)).value;
    }
    return nullptr;
  }

  absl::Mutex mutex_;
  // Most recently used first.
  std::deque<Kept> kept_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace arena::rating
