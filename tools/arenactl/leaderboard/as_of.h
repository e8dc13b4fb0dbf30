#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "arena/v1/leaderboard_service.pb.h"

namespace arena::arenactl {

// A point in the past of a leaderboard: of a snapshot, a position of the log, or a time.
struct AsOf {
  enum class Kind { kNow, kSnapshot, kPosition, kTime };
  Kind kind = Kind::kNow;
  // Of the first two.
  int64_t number = 0;
  absl::Time time;
};

// Reads "12" (a snapshot's number), "position:4000" or "time:2026-11-29T12:00:00Z".
// INVALID_ARGUMENT says what it should be.
absl::StatusOr<AsOf> ParseAsOf(const std::string& text);

void SetAsOf(const AsOf& as_of, v1::GetLeaderboardRequest& request);

}  // namespace arena::arenactl
