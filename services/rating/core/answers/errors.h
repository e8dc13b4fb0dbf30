#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/errors.h"
#include "services/rating/model/votes/boards.h"

namespace arena::rating {

inline absl::Status BoardNotFound(std::string_view board, const BoardSet& boards) {
  std::string names;
  for (const BoardDefinition& definition : boards.boards()) {
    if (!names.empty()) names += ',';
    names += definition.name;
  }
  return MakeError(absl::StatusCode::kNotFound, "BOARD_NOT_FOUND",
                   fmt::format("There is no board {}.", Clipped(board)), {{"boards", names}});
}

inline absl::Status BoardNotPublished(std::string_view board, int64_t minimum_votes) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, "BOARD_NOT_PUBLISHED",
      fmt::format("The board {} is published once it has {} votes; with style control, once its "
                  "coefficients have a finite value as well.",
                  board, minimum_votes),
      {{"minimum", std::to_string(minimum_votes)}});
}

inline absl::Status SnapshotNotFound() {
  return MakeError(absl::StatusCode::kNotFound, "SNAPSHOT_NOT_FOUND",
                   "No leaderboard has been published yet.");
}

inline absl::Status ModelsNotComparable(std::string_view a, std::string_view b) {
  return MakeError(absl::StatusCode::kFailedPrecondition, "MODELS_NOT_COMPARABLE",
                   fmt::format("{} and {} are not rated in a common group of this board.", a, b));
}

// Of the past.
inline absl::Status SnapshotNotRetained() {
  return MakeError(
      absl::StatusCode::kNotFound, "SNAPSHOT_NOT_FOUND",
      "No leaderboard that is still kept is the one, or as old as the one, asked for.");
}

}  // namespace arena::rating
