#include "services/model-gateway/core/reply_reader.h"

namespace arena::model_gateway {

void ReplyReader::Read(std::string_view bytes, std::string& text) {
  if (is_over_) return;
  const auto status =
      events_.Read(bytes, [&](std::string_view data) { return TakeEvent(data, text); });
  if (!status.ok()) Fail();
}

SideEnd ReplyReader::Close(std::string& text) {
  characters_.Finish(text);
  is_over_ = true;
  return end_.value_or(SideEnd::kTruncated);
}

bool ReplyReader::TakeEvent(std::string_view data, std::string& text) {
  if (data == "[DONE]") {
    if (!end_.has_value()) end_ = SideEnd::kComplete;
    is_over_ = true;
    return false;
  }
  const auto chunk = decoder_.Decode(data);
  if (!chunk.has_value() || chunk->is_error) return Fail();
  if (!end_.has_value()) characters_.Append(chunk->text, text);
  if (chunk->end.has_value() && !end_.has_value()) end_ = chunk->end;
  if (chunk->tokens.has_value()) tokens_ = chunk->tokens;
  return true;
}

// What the provider said before counts: an error after the finish reason changes nothing.
bool ReplyReader::Fail() {
  if (!end_.has_value()) end_ = SideEnd::kFailed;
  is_over_ = true;
  return false;
}

}  // namespace arena::model_gateway
