#pragma once

#include "absl/status/status.h"

// The situations that model-gateway alone knows.
namespace arena::model_gateway {

absl::Status TurnInProgress();
absl::Status TurnUnknown();
absl::Status TooManyTurns();
absl::Status StreamElsewhere();
absl::Status ConversationBroken();

}  // namespace arena::model_gateway
