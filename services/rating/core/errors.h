#pragma once

#include <fmt/format.h>

#include <string_view>

#include "common/base/errors.h"

namespace arena::rating {

inline absl::Status BoardNotFound(std::string_view board) {
  return MakeError(absl::StatusCode::kNotFound, "BOARD_NOT_FOUND",
                   fmt::format("There is no board {}.", board));
}

inline absl::Status SnapshotNotFound() {
  return MakeError(absl::StatusCode::kNotFound, "SNAPSHOT_NOT_FOUND",
                   "No leaderboard has been published yet.");
}

}  // namespace arena::rating
