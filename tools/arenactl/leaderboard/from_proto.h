#pragma once

#include "arena/v1/leaderboard_service.pb.h"
#include "services/rating/model/leaderboard/leaderboard.h"

namespace arena::arenactl {

// A served leaderboard as the rating library's own value, so that it is printed by the same code as
// what `rate` computes. Keeps the order of the rows.
rating::Leaderboard FromProto(const v1::Leaderboard& served);

}  // namespace arena::arenactl
