#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tools/demo-models/core/answer.h"

namespace arena::demo {

// A request of POST /v1/chat/completions, as far as the models care.
struct ChatRequest {
  std::string model;
  std::vector<Message> messages;
  bool stream = false;
  bool include_usage = false;
  int max_tokens = 4096;
};

// Why a request was refused, for OpenAI's error object.
struct RequestError {
  int status = 400;
  std::string message;
  std::string param;
  std::string code;
};

// Reads a request body. Unknown fields are ignored, as providers do.
std::variant<ChatRequest, RequestError> ParseChatRequest(std::string_view body);

}  // namespace arena::demo
