#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/domain/battle.h"

namespace arena::model_gateway {

// What one event of an OpenAI-compatible stream says, as far as we care.
struct ProviderChunk {
  // The next bytes of the reply; a character may be cut at either end.
  std::string text;
  // How the reply ended, when the event gives a finish reason.
  std::optional<SideEnd> end;
  // Tokens of the reply, when the event gives the usage.
  std::optional<int> tokens;
  // The event is an error object.
  bool is_error = false;
};

// COMPLETE for the reasons that mean it, LENGTH, FILTERED; TRUNCATED for any reason that we do not
// know, since a reply is complete only if the provider says so.
SideEnd EndOfFinishReason(std::string_view reason);

// Decodes the data of events. Keeps its buffers, so one object serves all streams of a thread.
class ChunkDecoder {
 public:
  ChunkDecoder();
  ~ChunkDecoder();

  // Nothing when `data` is no JSON object. Bytes that are no UTF-8 and halves of surrogate pairs do
  // not make an event garbage: the former are handed on, the latter become U+FFFD.
  std::optional<ProviderChunk> Decode(std::string_view data);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace arena::model_gateway
