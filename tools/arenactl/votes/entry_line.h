#pragma once

#include <string>

#include "arena/v1/vote.pb.h"

namespace arena::arenactl {

// Appends one entry of the log to `out` as a line of JSON, with everything that `rate` needs to
// make the service's leaderboards of it. Counts of the left side end in `_a`, of the right in `_b`.
void AppendEntryLine(const v1::VoteEntry& entry, std::string& out);

}  // namespace arena::arenactl
