#pragma once

#include "absl/status/status.h"
#include "common/base/clock.h"
#include "services/rating/live/lease_keeper.h"
#include "services/rating/metrics.h"
#include "services/rating/storage/snapshot_store.h"

namespace arena::rating {

// Deletes the tables of snapshots by their age (core/snapshots/thinning.h). Only the leader does,
// to spare the database; two at once would do no harm. For one thread.
class Thinner {
 public:
  // What it borrows must outlive it.
  Thinner(Clock& clock, const LeaseKeeper& lease, SnapshotStore& store, RatingMetrics& metrics)
      : clock_(clock), lease_(lease), store_(store), metrics_(metrics) {}

  absl::Status Step();

 private:
  Clock& clock_;
  const LeaseKeeper& lease_;
  SnapshotStore& store_;
  RatingMetrics& metrics_;
};

}  // namespace arena::rating
