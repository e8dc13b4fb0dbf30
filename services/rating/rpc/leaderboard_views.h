#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "services/rating/live/snapshot_hub.h"
#include "services/rating/rpc/convert.h"

namespace arena::rating {

// The newest leaderboards as messages, made once a snapshot and query and shared by all readers.
// Threads may share it.
class LeaderboardViews {
 public:
  using View = std::shared_ptr<const v1::Leaderboard>;

  // `hub` must outlive the views.
  explicit LeaderboardViews(const SnapshotHub& hub) : hub_(hub) {}

  // SNAPSHOT_NOT_FOUND before the first snapshot, BOARD_NOT_FOUND when it has no such board.
  absl::StatusOr<View> Get(const std::string& board, const LeaderboardQuery& query);

 private:
  struct Cached {
    SnapshotHub::SnapshotPtr snapshot;
    SnapshotHub::DirectoryPtr directory;
    View view;
  };

  const SnapshotHub& hub_;
  absl::Mutex mutex_;
  std::map<std::pair<std::string, LeaderboardQuery>, Cached> cached_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace arena::rating
