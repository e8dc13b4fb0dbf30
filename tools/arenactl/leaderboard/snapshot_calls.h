#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "arena/v1/leaderboard_service.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "services/rating/core/snapshots/series.h"
#include "tools/arenactl/client.h"
#include "tools/arenactl/leaderboard/verify/comparison.h"

namespace arena::arenactl {

v1::SnapshotSeries ToProto(rating::Series series);
// As the command line names it; empty for one that this program does not know.
std::string_view NameOf(v1::SnapshotSeries series);

absl::Time ToTime(const google::protobuf::Timestamp& timestamp);
// RFC 3339, UTC, with as many digits as it takes.
std::string TextOf(const google::protobuf::Timestamp& timestamp);

// Which snapshots to list, newest first.
struct SnapshotList {
  // Unspecified for all.
  v1::SnapshotSeries series = v1::SNAPSHOT_SERIES_UNSPECIFIED;
  bool retained_only = false;
  // At most so many; 0 for all.
  int64_t limit = 0;
};
absl::StatusOr<std::vector<v1::SnapshotInfo>> ListSnapshots(const Remote& rating,
                                                            const SnapshotList& list);

// A stored snapshot by its number. NOT_FOUND with the reason SNAPSHOT_NOT_FOUND when its tables are
// not there (any more).
absl::StatusOr<StoredSnapshot> ExportSnapshot(const Remote& rating, int64_t snapshot);
// The newest of a series.
absl::StatusOr<StoredSnapshot> ExportNewest(const Remote& rating, rating::Series series);

}  // namespace arena::arenactl
