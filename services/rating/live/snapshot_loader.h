#pragma once

#include <functional>

#include "absl/status/status.h"
#include "services/rating/live/follower.h"
#include "services/rating/live/snapshot_hub.h"
#include "services/rating/metrics.h"
#include "services/rating/storage/model_reader.h"
#include "services/rating/storage/snapshot_store.h"

namespace arena::rating {

// Brings to the hub what readers are served from: snapshots of whichever replica publishes, and the
// facts of models. Threads may share it.
class SnapshotLoader {
 public:
  // What it borrows must outlive it. `on_newer` is called after each newer snapshot.
  SnapshotLoader(SnapshotStore& store, ModelReader& models, SnapshotHub& hub, Follower& follower,
                 RatingMetrics& metrics, std::function<void()> on_newer)
      : store_(store),
        models_(models),
        hub_(hub),
        follower_(follower),
        metrics_(metrics),
        on_newer_(std::move(on_newer)) {}

  // Loads the newest snapshot of each series of which the hub has an older one. One series that
  // cannot be read does not keep back the others.
  absl::Status LoadNewer();
  absl::Status RefreshDirectory();

  // Serves `snapshot` from now on, unless the hub has a newer one.
  void Adopt(SnapshotPtr snapshot);

 private:
  bool KnowsAllModels(const Snapshot& snapshot) const;

  SnapshotStore& store_;
  ModelReader& models_;
  SnapshotHub& hub_;
  Follower& follower_;
  RatingMetrics& metrics_;
  const std::function<void()> on_newer_;
};

}  // namespace arena::rating
