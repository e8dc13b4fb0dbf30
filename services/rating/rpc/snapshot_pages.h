#pragma once

#include "absl/status/statusor.h"
#include "arena/v1/leaderboard_service.pb.h"
#include "services/rating/storage/snapshot_reader.h"

namespace arena::rating {

// One page of the published snapshots. Blocks.
absl::StatusOr<v1::ListSnapshotsResponse> ListSnapshotPage(SnapshotReader& reader,
                                                           const v1::ListSnapshotsRequest& request);

}  // namespace arena::rating
