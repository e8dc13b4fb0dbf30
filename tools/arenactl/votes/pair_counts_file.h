#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "tools/arenactl/votes/vote_file.h"

namespace arena::arenactl {

// Makes single votes of pair counts: `models`, names; `X`, pairs of indices into them; `Y`, for
// each pair [wins of the first, wins of the second, ties] or [wins, wins, ties, both bad]. See
// ParseVoteFile.
absl::StatusOr<VoteFile> ParsePairCounts(const std::string& file, const nlohmann::json& counts,
                                         uint64_t seed);

}  // namespace arena::arenactl
