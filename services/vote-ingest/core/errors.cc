#include "services/vote-ingest/core/errors.h"

#include <fmt/format.h>

#include "common/base/errors.h"

namespace arena::vote_ingest {

using absl::StatusCode;

absl::Status AlreadyVoted(int64_t position) {
  return MakeError(StatusCode::kFailedPrecondition, "ALREADY_VOTED",
                   "This turn has been voted on with another choice.",
                   {{"position", std::to_string(position)}});
}

absl::Status TurnUnfinished() {
  return MakeError(StatusCode::kFailedPrecondition, "TURN_UNFINISHED",
                   "The replies of this turn have not ended yet.");
}

absl::Status TurnUnknown() {
  return MakeError(StatusCode::kInvalidArgument, "TURN_UNKNOWN", "This turn has not been started.",
                   {{"field", "turn"}});
}

absl::Status TurnNotLast() {
  return MakeError(StatusCode::kFailedPrecondition, "TURN_NOT_LAST",
                   "A later turn has been started; only the last one can be voted on.");
}

absl::Status NothingToCompare() {
  return MakeError(StatusCode::kFailedPrecondition, "NOTHING_TO_COMPARE",
                   "A battle in direct mode has one side; there is nothing to compare.");
}

absl::Status ImportedVoteInvalid(int index, std::string_view expectation) {
  return MakeError(StatusCode::kInvalidArgument, "VOTE_INVALID",
                   fmt::format("votes[{}]: {}.", index, expectation),
                   {{"index", std::to_string(index)}});
}

absl::Status VoteNotFound(int64_t position) {
  return MakeError(StatusCode::kNotFound, "VOTE_NOT_FOUND",
                   fmt::format("There is no vote at position {}.", position),
                   {{"position", std::to_string(position)}});
}

absl::Status AlreadyRetracted(int64_t position) {
  return MakeError(StatusCode::kFailedPrecondition, "ALREADY_RETRACTED",
                   fmt::format("The vote at position {} is retracted.", position),
                   {{"position", std::to_string(position)}});
}

absl::Status NotRetracted(int64_t position) {
  return MakeError(StatusCode::kFailedPrecondition, "NOT_RETRACTED",
                   fmt::format("The vote at position {} is not retracted.", position),
                   {{"position", std::to_string(position)}});
}

absl::Status AlreadyLabelled(int64_t position) {
  return MakeError(StatusCode::kFailedPrecondition, "ALREADY_LABELLED",
                   fmt::format("The vote at position {} has labels of rules as new.", position),
                   {{"position", std::to_string(position)}});
}

}  // namespace arena::vote_ingest
