#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <map>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "services/rating/live/snapshot_hub.h"
#include "services/rating/rpc/convert.h"
#include "services/rating/rpc/leaderboard_query.h"

namespace arena::rating {

// The newest leaderboards as bytes, serialized once a snapshot and query and shared by all readers.
// Threads may share it.
class LeaderboardViews {
 public:
  struct View {
    int64_t snapshot_id = 0;
    // A GetLeaderboardResponse, and as well a WatchLeaderboardResponse: on the wire they are alike.
    grpc::ByteBuffer response;
  };

  // What it borrows must outlive the views.
  LeaderboardViews(const SnapshotHub& hub, const SeriesSettings& settings)
      : hub_(hub), settings_(settings) {}

  // SNAPSHOT_NOT_FOUND before the first snapshot of the series, BOARD_NOT_PUBLISHED when the board
  // is not in it.
  absl::StatusOr<View> Get(const LeaderboardQuery& query);

 private:
  struct Cached {
    SnapshotPtr snapshot;
    SnapshotHub::DirectoryPtr directory;
    View view;
  };

  View Make(const LeaderboardQuery& query, const Snapshot& snapshot, const Table& table,
            const ModelDirectory& directory, const CountsView* counts) const;

  const SnapshotHub& hub_;
  const SeriesSettings& settings_;
  absl::Mutex mutex_;
  std::map<LeaderboardQuery, Cached> cached_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace arena::rating
