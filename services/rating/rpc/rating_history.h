#pragma once

#include "absl/status/statusor.h"
#include "arena/v1/leaderboard_service.pb.h"
#include "services/rating/live/snapshot_hub.h"
#include "services/rating/model/votes/boards.h"
#include "services/rating/storage/snapshot_reader.h"

namespace arena::rating {

// One page of how ratings went, from the retained snapshots. Blocks.
absl::StatusOr<v1::GetRatingHistoryResponse> ReadHistoryPage(
    SnapshotReader& reader, const BoardSet& boards, const SnapshotHub& hub,
    const v1::GetRatingHistoryRequest& request);

}  // namespace arena::rating
