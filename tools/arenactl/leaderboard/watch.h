#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "arena/v1/leaderboard_service.pb.h"
#include "tools/arenactl/client.h"

namespace arena::arenactl {

// The first published leaderboard that covers `position` of the vote log; watches for it, through
// lost connections. DEADLINE_EXCEEDED after `patience`.
absl::StatusOr<v1::Leaderboard> WaitForLeaderboard(const Remote& rating,
                                                   const v1::WatchLeaderboardRequest& request,
                                                   int64_t position, absl::Duration patience);

}  // namespace arena::arenactl
