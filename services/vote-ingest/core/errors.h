#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"

// The situations that vote-ingest alone knows.
namespace arena::vote_ingest {

absl::Status AlreadyVoted(int64_t position);
absl::Status TurnUnfinished();
absl::Status TurnUnknown();
absl::Status TurnNotLast();
absl::Status NothingToCompare();
// `index` is the vote's place in the request, from 0.
absl::Status ImportedVoteInvalid(int index, std::string_view expectation);
absl::Status VoteNotFound(int64_t position);
absl::Status AlreadyRetracted(int64_t position);
absl::Status NotRetracted(int64_t position);
absl::Status AlreadyLabelled(int64_t position);

}  // namespace arena::vote_ingest
