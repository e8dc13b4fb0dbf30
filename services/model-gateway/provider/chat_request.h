#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/domain/battle.h"
#include "services/model-gateway/core/conversation.h"
#include "services/model-gateway/core/endpoint.h"
#include "services/model-gateway/provider/http_loop.h"

namespace arena::model_gateway {

struct ChatMessage {
  // "user" or "assistant".
  std::string role;
  std::string content;
};

// What one side's model is asked: the earlier turns with this side's own replies, then `prompt`. A
// model never sees what the other side said.
std::vector<ChatMessage> MessagesFor(const Conversation& conversation, Side side,
                                     const std::string& prompt);

// The request of OpenAI's chat completions, streamed, with the usage at the end. `api_key` is empty
// for none.
HttpRequest MakeChatRequest(const Endpoint& endpoint, const std::string& api_key,
                            const std::vector<ChatMessage>& messages);

// The key that `endpoint` names, from our environment, read at each call so that it can be changed
// by a restart alone of what sets it: empty when it needs none, nothing when it is missing (which
// is logged once a variable).
std::optional<std::string> FindApiKey(const Endpoint& endpoint);

}  // namespace arena::model_gateway
