#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "services/rating/core/answers/model_directory.h"
#include "services/rating/core/log/counts_view.h"
#include "services/rating/core/snapshots/snapshot.h"

namespace arena::rating {

// What readers are served from: the newest snapshot of each series, the newest counts, and what is
// known of the models. All are immutable and replaced as a whole, so a read never waits for a fit
// or the database. Shared by threads.
class SnapshotHub {
 public:
  using DirectoryPtr = std::shared_ptr<const ModelDirectory>;

  // Replaces the newest snapshot of its series; false, and nothing, unless `snapshot` is newer.
  bool Adopt(SnapshotPtr snapshot);
  // Replaces the counts, unless they are older.
  void Adopt(CountsViewPtr counts);
  // Replaces the directory if it differs.
  void Adopt(ModelDirectory directory);

  // Null before the first.
  SnapshotPtr newest(Series series) const;
  // Null before the first. May cover more of the log than any snapshot, or less after a restart.
  CountsViewPtr counts() const;
  // Never null.
  DirectoryPtr directory() const;

  // Keeps counts for those who page through them; the kHeldCounts of the last calls are kept.
  void Hold(CountsViewPtr counts);
  // The newest or held counts of a position; null when they are neither.
  CountsViewPtr FindCounts(int64_t position) const;

 private:
  mutable absl::Mutex mutex_;
  std::array<SnapshotPtr, std::size(kAllSeries)> newest_ ABSL_GUARDED_BY(mutex_);
  CountsViewPtr counts_ ABSL_GUARDED_BY(mutex_);
  DirectoryPtr directory_ ABSL_GUARDED_BY(mutex_) = std::make_shared<const ModelDirectory>();
  std::deque<CountsViewPtr> held_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace arena::rating
