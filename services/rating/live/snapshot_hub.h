#pragma once

#include <cstdint>
#include <deque>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "services/rating/core/model_directory.h"
#include "services/rating/core/snapshot.h"

namespace arena::rating {

// What readers are served from: the newest snapshot and what is known of the models. Both are
// immutable and replaced as a whole, so a read never waits for a fit or the database. Shared by
// threads.
class SnapshotHub {
 public:
  using SnapshotPtr = std::shared_ptr<const Snapshot>;
  using DirectoryPtr = std::shared_ptr<const ModelDirectory>;

  // Replaces the newest snapshot; false, and nothing, unless `snapshot` is newer.
  bool Adopt(SnapshotPtr snapshot);
  // Replaces the directory if it differs.
  void Adopt(ModelDirectory directory);

  // Null before the first.
  SnapshotPtr newest() const;
  // Never null.
  DirectoryPtr directory() const;

  // Keeps a snapshot for those who page through it; the last kHeldSnapshots are kept.
  void Hold(SnapshotPtr snapshot);
  // The newest or a held snapshot; null when it is neither.
  SnapshotPtr Find(int64_t snapshot_id) const;

 private:
  mutable absl::Mutex mutex_;
  SnapshotPtr newest_ ABSL_GUARDED_BY(mutex_);
  DirectoryPtr directory_ ABSL_GUARDED_BY(mutex_) = std::make_shared<const ModelDirectory>();
  std::deque<SnapshotPtr> held_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace arena::rating
