#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "services/rating/core/log/vote_statistics.h"
#include "services/rating/model/votes/model_index.h"
#include "services/rating/model/votes/pair_counts.h"
#include "services/rating/model/votes/vote_table.h"

namespace arena::rating {

// What was counted up to a position: all that leaderboards are computed from, and pairs and
// statistics are read from. Immutable, so threads may share it; it shares memory with
// the views before and after.
struct CountsView {
  struct Board {
    std::shared_ptr<const PairCounts> counts;
    // Position of the last entry that changed the board; 0 when none did. A board that has the same
    // in two views of one log has the same tables.
    int64_t changed_at = 0;
  };

  int64_t position = 0;
  // Of the dense indices. Never null.
  std::shared_ptr<const ModelIndex> models;
  // By place in the BoardSet.
  std::vector<Board> boards;
  // By dense index, after the last vote of `overall`. Worthless while a replay is due.
  std::vector<double> elo_ratings;
  bool is_elo_stale = false;
  // The rated votes one by one, with style and boards. Those before the checkpoint may be missing.
  std::shared_ptr<const VoteTable> votes;
  // Of `overall`.
  VoteStatistics statistics;
};
using CountsViewPtr = std::shared_ptr<const CountsView>;

}  // namespace arena::rating
