#include "services/model-gateway/provider/chat_request.h"

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/lifecycle/log.h"

namespace arena::model_gateway {
namespace {

// Whether this is the first time that `variable` was missed.
bool IsFirstMiss(const std::string& variable) {
  static absl::Mutex mutex;
  static auto& missed = *new std::set<std::string>;
  absl::MutexLock lock(&mutex);
  return missed.insert(variable).second;
}

std::string CompletionsUrl(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url + "/chat/completions";
}

}  // namespace

std::vector<ChatMessage> MessagesFor(const Conversation& conversation, Side side,
                                     const std::string& prompt) {
  std::vector<ChatMessage> messages;
  for (const StoredTurn& turn : conversation.turns) {
    messages.push_back({"user", turn.prompt});
    if (turn.side(side).has_value()) messages.push_back({"assistant", turn.side(side)->text});
  }
  messages.push_back({"user", prompt});
  return messages;
}

HttpRequest MakeChatRequest(const Endpoint& endpoint, const std::string& api_key,
                            const std::vector<ChatMessage>& messages) {
  nlohmann::json body = {{"model", endpoint.remote_model},
                         {"stream", true},
                         {"stream_options", {{"include_usage", true}}},
                         {"max_tokens", endpoint.max_tokens},
                         {"messages", nlohmann::json::array()}};
  for (const ChatMessage& message : messages) {
    body["messages"].push_back({{"role", message.role}, {"content", message.content}});
  }
  HttpRequest request{.url = CompletionsUrl(endpoint.url),
                      .body = body.dump(),
                      .headers = {"Content-Type: application/json", "Accept: text/event-stream",
                                  // Otherwise curl waits a second for a provider's permission to
                                  // send a long body.
                                  "Expect:"},
                      .connect_timeout = endpoint.first_token_timeout};
  if (!api_key.empty()) request.headers.push_back("Authorization: Bearer " + api_key);
  return request;
}

std::optional<std::string> FindApiKey(const Endpoint& endpoint) {
  if (endpoint.api_key_env.empty()) return "";
  const char* key = std::getenv(endpoint.api_key_env.c_str());
  if (key != nullptr && *key != '\0') return key;
  if (IsFirstMiss(endpoint.api_key_env)) {
    lifecycle::LogError("A provider's key is missing from the environment.",
                        {{"variable", endpoint.api_key_env}});
  }
  return std::nullopt;
}

}  // namespace arena::model_gateway
