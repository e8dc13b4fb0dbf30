#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "services/rating/core/log/log_state.h"
#include "services/rating/live/follower.h"
#include "services/rating/live/read_ahead.h"
#include "services/rating/metrics.h"
#include "services/rating/storage/model_reader.h"
#include "services/rating/storage/vote_log_reader.h"

namespace arena::rating {

// Brings to a follower that began with a checkpoint the votes before it, which retractions of
// online Elo and style control need one by one. It counts them as it reads, so that it also sees
// whether the checkpoint was right. For one thread.
class HistoryLoader {
 public:
  // What it borrows must outlive it.
  HistoryLoader(Follower::Options options, VoteLogReader& log, ModelReader& models,
                Follower& follower, RatingMetrics& metrics);

  // Reads one page; whether there is more to read. An error of the database leaves everything as it
  // was. DATA_LOSS as Follower::Step and Follower::AddHistory.
  absl::StatusOr<bool> Step();

 private:
  const Follower::Options options_;
  ReadAhead log_;
  ModelReader& models_;
  Follower& follower_;
  RatingMetrics& metrics_;
  // Of the log's beginning, while it is being read.
  std::optional<LogState> rebuilt_;
};

}  // namespace arena::rating
