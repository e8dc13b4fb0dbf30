#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "services/rating/core/log/log_state.h"
#include "services/rating/core/snapshots/freshness.h"
#include "services/rating/live/read_ahead.h"
#include "services/rating/metrics.h"
#include "services/rating/storage/checkpoint_store.h"
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
    LogState::Options state;
  };

  // What it borrows must outlive the follower.
  Follower(Options options, VoteLogReader& log, ModelReader& models, CheckpointStore& checkpoints,
           RatingMetrics& metrics);

  // What a step found.
  struct Progress {
    int64_t applied = 0;
    // Where this follower is, and where the log ended when it was asked.
    int64_t position = 0;
    int64_t head = 0;
    // A full page: the next step should follow at once.
    bool has_more = false;
  };
  // Reads and applies one page; the first step goes on from the newest checkpoint, if there is one.
  // An error of the database leaves everything as it was. DATA_LOSS when the log broke its promise:
  // the state can no longer be trusted, so the process must stop.
  absl::StatusOr<Progress> Step();

  // What was counted up to the newest applied entry.
  CountsViewPtr View();
  int64_t position() const { return position_; }
  // Whether it has once reached the end of the log.
  bool has_caught_up() const { return has_caught_up_; }

  // What a checkpoint of now holds. FAILED_PRECONDITION while online Elo is stale.
  absl::StatusOr<CountedState> ForCheckpoint();
  // Position of the checkpoint that this began with, while the votes before it are missing; 0 when
  // none are.
  int64_t missing_until();
  // Takes the missing votes; `rebuilt` was made of the log up to missing_until(). DATA_LOSS when
  // the checkpoint was not what the log says; it is forgotten then, and the process must stop.
  absl::Status AddHistory(LogState&& rebuilt);
  // Replays at most so many votes of a stale online Elo; whether there is more to replay that can
  // be replayed now.
  bool ReplayElo(size_t votes);

  // Notes that a snapshot covers the log up to `position`, for the lag.
  void NoteCovered(int64_t position, absl::Time publish_time);

 private:
  absl::Status Resume();
  absl::Status CheckPage(const LogPage& page) const;
  absl::Status LearnNames(const LogPage& page);
  bool KnowsAllModels(const LogPage& page);

  const Options options_;
  const std::string checkpoint_format_;
  ReadAhead log_;
  ModelReader& models_;
  CheckpointStore& checkpoints_;
  RatingMetrics& metrics_;
  std::atomic<int64_t> position_ = 0;
  std::atomic<bool> has_caught_up_ = false;
  bool has_resumed_ = false;
  absl::Mutex mutex_;
  LogState state_ ABSL_GUARDED_BY(mutex_);
  Freshness freshness_ ABSL_GUARDED_BY(mutex_);
  // The checkpoint that this began with, until the log has confirmed it.
  std::string checkpoint_digest_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace arena::rating
