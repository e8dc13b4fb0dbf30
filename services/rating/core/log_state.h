#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "services/rating/core/board_state.h"
#include "services/rating/core/log_entry.h"
#include "services/rating/model/model_index.h"

namespace arena::rating {

// A copy of what leaderboards at one position are computed from, so that a fit needs no lock.
struct LogView {
  struct Board {
    std::string board;
    PairCounts counts;
    std::vector<double> elo_ratings;
  };

  int64_t position = 0;
  ModelIndex models;
  std::vector<Board> boards;
};

// Everything that rating knows from the log up to a position: a pure function of these entries.
// For one thread at a time.
class LogState {
 public:
  explicit LogState(double elo_k) { boards_.emplace_back("overall", elo_k); }

  // Names of models must be known before entries that mention them; they never change.
  void NameModel(ModelId id, std::string_view name);
  bool Knows(ModelId id) const { return names_.contains(id); }

  // Applies the entry after the last one. DATA_LOSS when the log is not what it promises: a
  // position is missing or repeated, a model is unknown or plays itself, a vote is retracted twice.
  absl::Status Apply(const LogEntry& entry);

  // Position of the last entry applied; 0 before the first.
  int64_t position() const { return position_; }

  LogView View();

 private:
  absl::Status Count(const LogEntry& entry);
  absl::Status IndexOf(ModelId id, uint32_t& index);

  int64_t position_ = 0;
  absl::flat_hash_map<ModelId, std::string> names_;
  absl::flat_hash_map<ModelId, uint32_t> indices_;  // of models with a rated vote
  ModelIndex models_;
  std::vector<BoardState> boards_;
};

}  // namespace arena::rating
