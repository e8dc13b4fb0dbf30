#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/rating/core/log_entry.h"
#include "services/rating/model/elo_history.h"
#include "services/rating/model/pair_counts.h"

namespace arena::rating {

// What one board has counted so far: all that its leaderboards are computed from. For one thread.
class BoardState {
 public:
  BoardState(std::string board, double elo_k) : board_(std::move(board)), elo_(elo_k) {}

  // Counts a rated vote, or takes one out or back in. `left` and `right` are dense model indices.
  // DATA_LOSS when the entry contradicts those before it; the state is unchanged then.
  absl::Status Apply(const LogEntry& entry, uint32_t left, uint32_t right);

  const std::string& board() const { return board_; }
  const PairCounts& counts() const { return counts_; }
  // Replays the votes first when one was taken out or back in.
  const std::vector<double>& EloRatings() { return elo_.Ratings(); }

 private:
  std::string board_;
  PairCounts counts_;
  EloHistory elo_;
};

}  // namespace arena::rating
