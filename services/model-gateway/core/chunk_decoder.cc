#include "services/model-gateway/core/chunk_decoder.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "common/base/limits.h"

namespace arena::model_gateway {
namespace {

namespace dom = simdjson::dom;

// A JSON parser refuses bytes that are no UTF-8, yet a provider may cut a character between two
// events, and then both halves are needed. So, where parsing failed, each byte of 0x80 and above
// travels through the parser as a character of the last private plane, U+10FF80 to U+10FFFF, and
// becomes a byte again after.
constexpr std::string_view kCarrierPrefix = "\xF4\x8F";  // then 0xBE or 0xBF, then 0x80 to 0xBF

void AppendCarrier(uint8_t byte, std::string& text) {
  text += kCarrierPrefix;
  text += static_cast<char>(byte < 0xC0 ? 0xBE : 0xBF);
  text += static_cast<char>(byte < 0xC0 ? byte : byte - 0x40);
}

std::string UnpackCarriers(std::string_view text) {
  std::string bytes;
  for (size_t i = 0; i < text.size();) {
    if (text.substr(i).starts_with(kCarrierPrefix) && i + 3 < text.size()) {
      const auto third = static_cast<uint8_t>(text[i + 2]);
      const auto fourth = static_cast<uint8_t>(text[i + 3]);
      bytes += static_cast<char>(third == 0xBF ? fourth + 0x40 : fourth);
      i += 4;
    } else {
      bytes += text[i++];
    }
  }
  return bytes;
}

// The code unit of an escape such as \ud83d at the beginning of `text`; -1 when there is none.
int EscapedUnit(std::string_view text) {
  if (text.size() < 6 || !text.starts_with("\\u")) return -1;
  int unit = -1;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + 6, unit, 16);
  return error == std::errc() && end == text.data() + 6 ? unit : -1;
}

bool IsHighHalf(int unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool IsLowHalf(int unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

// `data` with its bytes above ASCII packed and with lone halves of surrogate pairs replaced.
std::string Repair(std::string_view data) {
  std::string repaired;
  for (size_t i = 0; i < data.size();) {
    const std::string_view rest = data.substr(i);
    if (static_cast<uint8_t>(rest[0]) >= 0x80) {
      AppendCarrier(static_cast<uint8_t>(rest[0]), repaired);
      i += 1;
      continue;
    }
    const int unit = EscapedUnit(rest);
    const bool is_pair = IsHighHalf(unit) && IsLowHalf(EscapedUnit(rest.substr(6)));
    const bool is_lone = !is_pair && (IsHighHalf(unit) || IsLowHalf(unit));
    const size_t length = is_pair ? 12 : unit >= 0 ? 6 : rest[0] == '\\' ? 2 : 1;
    repaired += is_lone ? std::string_view("\\ufffd") : rest.substr(0, length);
    i += length;
  }
  return repaired;
}

std::optional<int> ReadTokens(const dom::object& event) {
  int64_t tokens = 0;
  if (event["usage"]["completion_tokens"].get(tokens) != simdjson::SUCCESS) return std::nullopt;
  // More than a reply may have bytes is no count, and would spoil the sums of style control.
  if (tokens < 0 || tokens > static_cast<int64_t>(limits::kReplyBytes)) return std::nullopt;
  return static_cast<int>(tokens);
}

// Other choices than the first are ignored: one was asked for.
void ReadChoice(const dom::object& event, ProviderChunk& chunk) {
  dom::object choice;
  if (event["choices"].at(0).get(choice) != simdjson::SUCCESS) return;
  std::string_view text;
  if (choice["delta"]["content"].get(text) == simdjson::SUCCESS) chunk.text = text;
  std::string_view reason;
  if (choice["finish_reason"].get(reason) == simdjson::SUCCESS && !reason.empty()) {
    chunk.end = EndOfFinishReason(reason);
  }
}

}  // namespace

struct ChunkDecoder::Parser {
  dom::parser parser;
};

ChunkDecoder::ChunkDecoder() : parser_(std::make_unique<Parser>()) {}
ChunkDecoder::~ChunkDecoder() = default;

SideEnd EndOfFinishReason(std::string_view reason) {
  constexpr std::array<std::string_view, 5> kComplete = {"stop", "eos", "end_turn", "stop_sequence",
                                                         "tool_calls"};
  if (std::find(kComplete.begin(), kComplete.end(), reason) != kComplete.end()) {
    return SideEnd::kComplete;
  }
  if (reason == "length" || reason == "max_tokens") return SideEnd::kLength;
  if (reason == "content_filter") return SideEnd::kFiltered;
  if (reason == "error") return SideEnd::kFailed;
  return SideEnd::kTruncated;
}

std::optional<ProviderChunk> ChunkDecoder::Decode(std::string_view data) {
  dom::object event;
  std::string repaired;
  if (parser_->parser.parse(data.data(), data.size()).get(event) != simdjson::SUCCESS) {
    repaired = Repair(data);
    if (repaired == data) return std::nullopt;
    if (parser_->parser.parse(repaired).get(event) != simdjson::SUCCESS) return std::nullopt;
  }
  ProviderChunk chunk;
  dom::element error;
  chunk.is_error = event["error"].get(error) == simdjson::SUCCESS && !error.is_null();
  ReadChoice(event, chunk);
  if (!repaired.empty()) chunk.text = UnpackCarriers(chunk.text);
  chunk.tokens = ReadTokens(event);
  return chunk;
}

}  // namespace arena::model_gateway
