#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "services/rating/core/log/checkpoint.h"
#include "services/rating/live/follower.h"
#include "services/rating/live/lease_keeper.h"
#include "services/rating/metrics.h"
#include "services/rating/storage/checkpoint_store.h"

namespace arena::rating {

// Saves what the follower has counted, so that a restart reads only what came after. Only the
// leader does, to spare the database; two at once would do no harm. For one thread.
class Checkpointer {
 public:
  // What it borrows must outlive it. Below `least_entries` new ones there is nothing to gain;
  // `options` are the follower's.
  Checkpointer(int64_t least_entries, const Follower::Options& options, Follower& follower,
               const LeaseKeeper& lease, CheckpointStore& store, RatingMetrics& metrics)
      : format_(CheckpointFormat(options.state.boards, options.state.elo_k)),
        least_entries_(least_entries),
        follower_(follower),
        lease_(lease),
        store_(store),
        metrics_(metrics) {}

  // Saves a checkpoint if it is due; whether it did.
  absl::StatusOr<bool> Step();

 private:
  const std::string format_;
  const int64_t least_entries_;
  Follower& follower_;
  const LeaseKeeper& lease_;
  CheckpointStore& store_;
  RatingMetrics& metrics_;
  int64_t saved_position_ = 0;
};

}  // namespace arena::rating
