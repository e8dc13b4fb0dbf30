#pragma once

#include "absl/status/statusor.h"
#include "arena/v1/leaderboard_service.pb.h"
#include "services/rating/core/answers/pair_table.h"
#include "services/rating/live/snapshot_hub.h"
#include "services/rating/model/votes/boards.h"
#include "services/rating/rpc/board_memo.h"

namespace arena::rating {

// One page of pairs from memory. Counts that have a next page are held for it.
absl::StatusOr<v1::GetPairStatisticsResponse> ReadPairPage(
    SnapshotHub& hub, const BoardSet& boards, BoardMemo<PairTable>& tables,
    const v1::GetPairStatisticsRequest& request);

}  // namespace arena::rating
