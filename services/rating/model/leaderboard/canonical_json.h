#pragma once

#include <string>
#include <string_view>

#include "services/rating/model/leaderboard/leaderboard.h"

namespace arena::rating {

// The leaderboard as canonical JSON, one line without its end:
//   {"method","votes","groups","models":[{"model","rating","lower","upper","rank","votes",
//    "rank_lower","rank_upper","provisional","group"}]}
// and, unless the board is plain, "coefficients":[{"group","name","value","lower","upper"}] at its
// end. The service stores, digests and serves these bytes; arenactl prints them. What a model does
// not have (a rating, an interval) is null.
std::string CanonicalJson(const Leaderboard& leaderboard);

// SHA-256 of `text`, 64 hexadecimal digits.
std::string Sha256Hex(std::string_view text);

}  // namespace arena::rating
