#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "tools/arenactl/votes/vote_file.h"

namespace arena::arenactl {

// Reads votes, one a line; empty lines are skipped. `model_a` stands on the left. Keys that say
// nothing about the vote itself are ignored, but an entry that cannot be imported as what it is
// (not of kind `vote`, or not rated) is an error. See ParseVoteFile.
absl::StatusOr<VoteFile> ParseVoteLines(const std::string& file, const std::string& text);

}  // namespace arena::arenactl
