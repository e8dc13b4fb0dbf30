#include "services/model-gateway/core/errors.h"

#include "common/base/errors.h"

namespace arena::model_gateway {

using absl::StatusCode;

absl::Status TurnInProgress() {
  return MakeError(StatusCode::kFailedPrecondition, "TURN_IN_PROGRESS",
                   "Another turn of this battle is still being answered.");
}

absl::Status TurnUnknown() {
  return MakeError(StatusCode::kInvalidArgument, "TURN_UNKNOWN", "This turn was never started.");
}

absl::Status TooManyTurns() {
  return BeyondLimit(
      "kTurnsPerBattle",
      MakeError(StatusCode::kResourceExhausted, "TOO_MANY_TURNS",
                "The battle has as many turns as a battle may have; make a new one."));
}

absl::Status StreamElsewhere() {
  return MakeError(StatusCode::kAborted, "STREAM_ELSEWHERE",
                   "The turn is being streamed to another call; try again once it ended.");
}

absl::Status ConversationBroken() {
  return MakeError(StatusCode::kFailedPrecondition, "CONVERSATION_BROKEN",
                   "A side of an earlier turn ended without a reply; make a new battle.");
}

}  // namespace arena::model_gateway
