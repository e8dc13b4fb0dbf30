#pragma once

#include "absl/status/statusor.h"
#include "arena/v1/leaderboard_service.pb.h"
#include "services/rating/core/answers/board_fit.h"
#include "services/rating/core/snapshots/series.h"
#include "services/rating/live/snapshot_hub.h"
#include "services/rating/rpc/board_memo.h"

// Answers from the newest counts.
namespace arena::rating {

absl::StatusOr<v1::GetVoteStatisticsResponse> ReadVoteStatistics(
    const SnapshotHub& hub, const v1::GetVoteStatisticsRequest& request);

// May fit the board first, which takes milliseconds.
absl::StatusOr<v1::PredictWinRateResponse> Predict(const SnapshotHub& hub, const BoardSet& boards,
                                                   BoardMemo<BoardFit>& fits,
                                                   const v1::PredictWinRateRequest& request);

v1::ListCategoriesResponse ListBoards(const SnapshotHub& hub, const SeriesSettings& settings);

}  // namespace arena::rating
