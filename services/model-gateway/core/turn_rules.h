#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/model-gateway/core/conversation.h"

namespace arena::model_gateway {

// What a call wants to say.
struct TurnRequest {
  std::string_view frontend;
  Uuid request_id;
  Sha256Digest prompt_digest{};
};

// What to do with it.
struct TurnDecision {
  int turn = 0;
  // The turn was answered before, to the same request: send what is stored.
  bool is_replay = false;
};

// Which turn a request may start, or repeats. BATTLE_NOT_FOUND for other frontends than the
// battle's, REQUEST_ID_REUSED, STREAM_ELSEWHERE, BATTLE_EXPIRED, TURN_IN_PROGRESS,
// CONVERSATION_BROKEN, TOO_MANY_TURNS. A battle that was revealed may go on.
absl::StatusOr<TurnDecision> DecideTurn(const Conversation& conversation,
                                        const TurnRequest& request, absl::Time now);

// INVALID_ARGUMENT (FIELD_INVALID) unless `prompt` may be sent to a model.
absl::Status CheckPrompt(std::string_view prompt);

}  // namespace arena::model_gateway
