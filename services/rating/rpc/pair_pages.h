#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "arena/v1/leaderboard_service.pb.h"
#include "services/rating/live/snapshot_hub.h"

namespace arena::rating {

// The board that a request names; empty means `overall`. BOARD_NOT_FOUND for any other.
absl::StatusOr<std::string> BoardOf(const std::string& board);

// One page of pairs from memory. A snapshot that has a next page is held for it.
absl::StatusOr<v1::GetPairStatisticsResponse> ReadPairPage(
    SnapshotHub& hub, const v1::GetPairStatisticsRequest& request);

}  // namespace arena::rating
