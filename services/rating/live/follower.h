#pragma once

#include <atomic>
#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "services/rating/core/freshness.h"
#include "services/rating/core/log_state.h"
#include "services/rating/metrics.h"
#include "services/rating/storage/model_reader.h"
#include "services/rating/storage/vote_log_reader.h"

namespace arena::rating {

// Follows the vote log: applies every entry exactly once, in order. One thread calls Step; the rest
// may be called by any thread.
class Follower {
 public:
  struct Options {
    // Entries that one step reads at most.
    int page_entries = 10'000;
    double elo_k = 32.0;
  };

  // The readers and `metrics` must outlive the follower.
  Follower(const Options& options, VoteLogReader& log, ModelReader& models, RatingMetrics& metrics);

  // What a step found.
  struct Progress {
    int64_t applied = 0;
    // A full page: the next step should follow at once.
    bool has_more = false;
  };
  // Reads and applies one page. An error of the database leaves everything as it was. DATA_LOSS
  // when the log broke its promise: the state can no longer be trusted, so the process must stop.
  absl::StatusOr<Progress> Step();

  // What was counted up to the newest applied entry.
  CountsViewPtr View();
  int64_t position() const { return position_; }
  // Whether it has once reached the end of the log.
  bool has_caught_up() const { return has_caught_up_; }

  // Notes that a snapshot covers the log up to `position`, for the lag.
  void NoteCovered(int64_t position, absl::Time publish_time);

 private:
  absl::Status CheckPage(const LogPage& page) const;
  absl::Status LearnNames(const LogPage& page);
  bool KnowsAllModels(const LogPage& page);

  const Options options_;
  VoteLogReader& log_;
  ModelReader& models_;
  RatingMetrics& metrics_;
  std::atomic<int64_t> position_ = 0;
  std::atomic<bool> has_caught_up_ = false;
  absl::Mutex mutex_;
  LogState state_ ABSL_GUARDED_BY(mutex_);
  Freshness freshness_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace arena::rating
