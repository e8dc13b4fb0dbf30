#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "arena/v1/leaderboard_service.pb.h"
#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "services/rating/core/errors.h"
#include "services/rating/core/series.h"

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

// From any request that has these fields.
template <typename Request>
absl::StatusOr<LeaderboardQuery> QueryOf(const Request& request, const BoardSet& boards) {
  ARENA_ASSIGN_OR_RETURN(std::string board, BoardOf(request.board(), boards));
  ARENA_ASSIGN_OR_RETURN(const Series series,
                         SeriesOf(board, request.method(), request.style_control(), boards));
  return LeaderboardQuery{
      .board = std::move(board), .series = series, .include_retired = request.include_retired()};
}

}  // namespace arena::rating
