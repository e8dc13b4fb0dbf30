#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "services/rating/model/leaderboard/leaderboard.h"

namespace arena::rating {

// Reads what CanonicalJson wrote, to the same bits. DATA_LOSS for anything else.
absl::StatusOr<Leaderboard> ParseLeaderboard(std::string_view json);

}  // namespace arena::rating
