#include "tools/demo-models/core/chat_request.h"

#include <nlohmann/json.hpp>

namespace arena::demo {
namespace {

using nlohmann::json;

// More than any model takes.
constexpr int kMaxTokensLimit = 131'072;

bool IsTrue(const json& object, const char* key) {
  const auto value = object.find(key);
  return value != object.end() && value->is_boolean() && value->get<bool>();
}

// A message's text: a string, or parts of which those of type text count.
std::string TextOf(const json& content) {
  if (content.is_string()) return content.get<std::string>();
  std::string text;
  if (!content.is_array()) return text;
  for (const json& part : content) {
    if (part.is_object() && part.contains("text") && part["text"].is_string()) {
      text += part["text"].get<std::string>();
    }
  }
  return text;
}

bool ReadMessages(const json& list, std::vector<Message>& messages) {
  for (const json& item : list) {
    if (!item.is_object()) return false;
    const auto role = item.find("role");
    const auto content = item.find("content");
    if (role == item.end() || !role->is_string() || content == item.end()) return false;
    messages.push_back({role->get<std::string>(), TextOf(*content)});
  }
  return true;
}

bool ReadMaxTokens(const json& object, const char* key, int& max_tokens) {
  const auto value = object.find(key);
  if (value == object.end() || value->is_null()) return true;
  if (!value->is_number_integer()) return false;
  const auto number = value->get<int64_t>();
  if (number < 1 || number > kMaxTokensLimit) return false;
  max_tokens = static_cast<int>(number);
  return true;
}

}  // namespace

std::variant<ChatRequest, RequestError> ParseChatRequest(std::string_view body) {
  const json object = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return RequestError{400, "The body is not a JSON object.", "", ""};
  ChatRequest request;
  const auto model = object.find("model");
  if (model == object.end() || !model->is_string()) {
    return RequestError{400, "You must provide a model parameter.", "model", ""};
  }
  request.model = model->get<std::string>();
  const auto messages = object.find("messages");
  if (messages == object.end() || !messages->is_array() || messages->empty() ||
      !ReadMessages(*messages, request.messages)) {
    return RequestError{400, "messages must be a list of roles and contents.", "messages", ""};
  }
  for (const char* key : {"max_tokens", "max_completion_tokens"}) {
    if (!ReadMaxTokens(object, key, request.max_tokens)) {
      return RequestError{400, "The number of tokens is out of range.", key, ""};
    }
  }
  request.stream = IsTrue(object, "stream");
  const auto options = object.find("stream_options");
  request.include_usage =
      options != object.end() && options->is_object() && IsTrue(*options, "include_usage");
  return request;
}

}  // namespace arena::demo
