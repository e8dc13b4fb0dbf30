#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "arena/v1/leaderboard_service.pb.h"
#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "services/rating/core/answers/errors.h"
#include "services/rating/core/answers/model_directory.h"
#include "services/rating/core/snapshots/series.h"
#include "services/rating/live/snapshot_hub.h"
#include "services/rating/rpc/time_convert.h"
#include "services/rating/storage/snapshot_reader.h"

namespace arena::rating {

// Which leaderboard a request names.
struct LeaderboardQuery {
  std::string board;
  Series series = Series::kCounts;
  bool include_retired = false;

  friend auto operator<=>(const LeaderboardQuery&, const LeaderboardQuery&) = default;
};

// The board that a request names; empty means `overall`. BOARD_NOT_FOUND for any that there is not.
inline absl::StatusOr<std::string> BoardOf(const std::string& board, const BoardSet& boards) {
  if (board.empty()) return boards.boards()[kOverallBoard].name;
  if (!boards.Find(board)) return BoardNotFound(board, boards);
  return board;
}

// FIELD_INVALID for what is no series.
inline absl::StatusOr<Series> SeriesOf(v1::SnapshotSeries series) {
  switch (series) {
    case v1::SNAPSHOT_SERIES_COUNTS:
      return Series::kCounts;
    case v1::SNAPSHOT_SERIES_ELO:
      return Series::kElo;
    case v1::SNAPSHOT_SERIES_STYLE:
      return Series::kStyle;
    default:
      return FieldInvalid("series", "a series of snapshots");
  }
}

// The series that publishes a board by this method. FIELD_INVALID when none does.
inline absl::StatusOr<Series> SeriesOf(const std::string& board, v1::RatingMethod method,
                                       bool style_control, const BoardSet& boards) {
  switch (method) {
    case v1::RATING_METHOD_UNSPECIFIED:
    case v1::RATING_METHOD_BRADLEY_TERRY:
      return style_control ? Series::kStyle : Series::kCounts;
    case v1::RATING_METHOD_ELO:
      if (style_control) return FieldInvalid("style_control", "false with Elo");
      if (boards.Find(board) != kOverallBoard) return FieldInvalid("board", "overall with Elo");
      return Series::kElo;
    default:
      return FieldInvalid("method", "a rating method");
  }
}

// The board and series of any request that has these fields.
template <typename Request>
absl::StatusOr<LeaderboardQuery> QueryOf(const Request& request, const BoardSet& boards) {
  ARENA_ASSIGN_OR_RETURN(std::string board, BoardOf(request.board(), boards));
  ARENA_ASSIGN_OR_RETURN(const Series series,
                         SeriesOf(board, request.method(), request.style_control(), boards));
  return LeaderboardQuery{
      .board = std::move(board), .series = series, .include_retired = request.include_retired()};
}

// As of when a request asks; nothing when it asks for the newest of all.
inline absl::StatusOr<std::optional<AsOf>> AsOfOf(const v1::GetLeaderboardRequest& request) {
  switch (request.as_of_case()) {
    case v1::GetLeaderboardRequest::kSnapshotId:
      if (request.snapshot_id() < 1) return FieldInvalid("snapshot_id", "a snapshot's number");
      return AsOfSnapshot{request.snapshot_id()};
    case v1::GetLeaderboardRequest::kPosition:
      if (request.position() < 1) return FieldInvalid("position", "at least 1");
      return AsOfPosition{request.position()};
    case v1::GetLeaderboardRequest::kTime: {
      ARENA_ASSIGN_OR_RETURN(const absl::Time time, TimeOf("time", request.time()));
      return AsOfTime{time};
    }
    case v1::GetLeaderboardRequest::AS_OF_NOT_SET:
      break;
  }
  return std::nullopt;
}

// The newest counts. SNAPSHOT_NOT_FOUND before the first.
inline absl::StatusOr<CountsViewPtr> NewestCounts(const SnapshotHub& hub) {
  CountsViewPtr newest = hub.counts();
  if (newest == nullptr || newest->position == 0) return SnapshotNotFound();
  return newest;
}

// That a request may name this model. Retired ones may be named; anonymous ones, and drafts that no
// vote has made public, must look unknown.
inline absl::Status CheckNamed(const std::string& model, const SnapshotHub& hub) {
  const SnapshotHub::DirectoryPtr directory = hub.directory();
  const auto facts = directory->find(model);
  if (facts == directory->end() || !MayList(&facts->second, true)) return ModelNotFound(model);
  if (facts->second.state != ModelState::kDraft) return absl::OkStatus();
  const CountsViewPtr counts = hub.counts();
  const bool has_votes = counts != nullptr && counts->models->Find(model).has_value();
  return has_votes ? absl::OkStatus() : ModelNotFound(model);
}

}  // namespace arena::rating
