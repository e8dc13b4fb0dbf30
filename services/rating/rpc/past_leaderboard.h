#pragma once

#include "absl/status/statusor.h"
#include "arena/v1/leaderboard_service.pb.h"
#include "services/rating/live/snapshot_hub.h"
#include "services/rating/rpc/leaderboard_query.h"
#include "services/rating/storage/snapshot_reader.h"

namespace arena::rating {

// A leaderboard as it was published, with models listed as they are now. Blocks. SNAPSHOT_NOT_FOUND
// when nothing retained is as old, BOARD_NOT_PUBLISHED when the board was not published then.
absl::StatusOr<v1::GetLeaderboardResponse> ReadPastLeaderboard(SnapshotReader& reader,
                                                               const SnapshotHub& hub,
                                                               const SeriesSettings& settings,
                                                               const LeaderboardQuery& query,
                                                               const AsOf& as_of);

}  // namespace arena::rating
