#include "services/rating/core/log/board_counts.h"

#include <bit>
#include <memory>
#include <utility>

namespace arena::rating {

void BoardCounts::Add(uint32_t left, uint32_t right, Outcome outcome, uint64_t mask, int64_t sign,
                      int64_t position) {
  for (; mask != 0; mask &= mask - 1) {
    Board& board = boards_[static_cast<size_t>(std::countr_zero(mask))];
    board.counts.Add(left, right, outcome, sign);
    board.changed_at = position;
  }
}

bool BoardCounts::Has(uint32_t left, uint32_t right, Outcome outcome, uint64_t mask) const {
  for (; mask != 0; mask &= mask - 1) {
    const Board& board = boards_[static_cast<size_t>(std::countr_zero(mask))];
    if (board.counts.Count(left, right, outcome) < 1) return false;
  }
  return true;
}

std::vector<CountsView::Board> BoardCounts::Share() {
  std::vector<CountsView::Board> shared;
  shared.reserve(boards_.size());
  for (Board& board : boards_) {
    if (board.shared.counts == nullptr || board.shared.changed_at != board.changed_at) {
      board.shared = {.counts = std::make_shared<const PairCounts>(board.counts.Share()),
                      .changed_at = board.changed_at};
    }
    shared.push_back(board.shared);
  }
  return shared;
}

void BoardCounts::Restore(size_t board, PairCounts counts, int64_t changed_at) {
  boards_[board] = {.counts = std::move(counts), .changed_at = changed_at, .shared = {}};
}

}  // namespace arena::rating
