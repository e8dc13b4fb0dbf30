#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/base/clock.h"
#include "services/rating/core/log/counts_view.h"
#include "services/rating/core/snapshots/series.h"
#include "services/rating/live/lease_keeper.h"
#include "services/rating/live/snapshot_hub.h"
#include "services/rating/live/snapshot_loader.h"
#include "services/rating/metrics.h"
#include "services/rating/storage/snapshot_store.h"

namespace arena::rating {

// Publishes the snapshots of one series, whenever there is something new to say and this replica
// holds the lease. One thread calls Step; the rest may be called by any.
class Publisher {
 public:
  struct Options {
    Series series = Series::kCounts;
    SeriesSettings settings;
    // Time between two snapshots, begin to begin, at least; kept by whoever calls Step.
    absl::Duration interval = absl::Milliseconds(400);
    // Threads that compute boards at once.
    int threads = 1;
  };

  // What it borrows must outlive it.
  Publisher(Options options, Clock& clock, const LeaseKeeper& lease, SnapshotStore& store,
            const SnapshotHub& hub, SnapshotLoader& loader, RatingMetrics& metrics);

  // Publishes what `view` says, if that is new; whether it did. A lease that was lost meanwhile is
  // no error.
  absl::StatusOr<bool> Step(const CountsView& view);

  // Whether a step is storing a snapshot, which the hub is about to get: no need to load it.
  bool IsStoring() const { return is_storing_; }

  // Whether a new vote may be published at once, since the last snapshot is an interval ago.
  bool IsIdle() const;

 private:
  bool HasNews(const CountsView& view) const;
  absl::StatusOr<std::vector<TablePtr>> Compute(const CountsView& view);
  absl::StatusOr<bool> Store(const Lease& lease, int64_t position, std::vector<TablePtr> tables);

  const Options options_;
  const std::string settings_json_;
  Clock& clock_;
  const LeaseKeeper& lease_;
  SnapshotStore& store_;
  const SnapshotHub& hub_;
  SnapshotLoader& loader_;
  RatingMetrics& metrics_;
  TableCache cache_;
  // Said before, in another snapshot than the newest; not to be computed again and again.
  int64_t refused_position_ = -1;
  std::atomic<bool> is_storing_ = false;
  mutable absl::Mutex mutex_;
  absl::Time last_begin_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace arena::rating
