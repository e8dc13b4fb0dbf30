#pragma once

#include <string>

#include "services/rating/model/leaderboard/leaderboard.h"

namespace arena::rate {

enum class Format { kTable, kCsv, kJson };

// A leaderboard as text, ending in a line end: a table rounded for people, CSV in full precision,
// or the canonical JSON that the service stores.
std::string FormatLeaderboard(const rating::Leaderboard& leaderboard, Format format);

}  // namespace arena::rate
