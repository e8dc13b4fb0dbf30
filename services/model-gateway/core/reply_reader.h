#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/limits.h"
#include "common/domain/battle.h"
#include "services/model-gateway/core/chunk_decoder.h"
#include "services/model-gateway/core/sse_parser.h"
#include "services/model-gateway/core/utf8.h"

namespace arena::model_gateway {

// Reads the body of one successful answer of a provider: text, how it ended, usage. Any cut of the
// bytes gives the same. Not shared by threads.
class ReplyReader {
 public:
  // `decoder` must outlive the reader.
  explicit ReplyReader(ChunkDecoder& decoder) : decoder_(decoder) {}

  // Appends to `text` what `bytes` add to the reply; always whole characters of valid UTF-8.
  void Read(std::string_view bytes, std::string& text);

  // The body has ended, properly or not. Appends what is left and says how the reply ended: as the
  // provider said, and TRUNCATED when it said nothing.
  SideEnd Close(std::string& text);

  // Nothing that follows can matter: the end marker, an error or garbage was read.
  bool is_over() const { return is_over_; }
  // The provider has said how the reply ended; only the usage may still follow.
  bool has_said_end() const { return end_.has_value(); }
  // Tokens of the reply as the provider counted them.
  std::optional<int> tokens() const { return tokens_; }

 private:
  // Takes the data of one event; returns whether to go on.
  bool TakeEvent(std::string_view data, std::string& text);
  bool Fail();

  ChunkDecoder& decoder_;
  SseParser events_{limits::kProviderLineBytes};
  Utf8Assembler characters_;
  std::optional<SideEnd> end_;
  std::optional<int> tokens_;
  bool is_over_ = false;
};

}  // namespace arena::model_gateway
