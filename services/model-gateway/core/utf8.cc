#include "services/model-gateway/core/utf8.h"

#include <simdjson.h>

#include <algorithm>
#include <cstdint>

namespace arena::model_gateway {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

enum class Kind { kCharacter, kIncomplete, kBroken };

struct Step {
  Kind kind;
  size_t length;  // of the character, or of the maximal broken part
};

bool IsBetween(char byte, uint8_t low, uint8_t high) {
  const auto value = static_cast<uint8_t>(byte);
  return value >= low && value <= high;
}

// The bytes that may follow a lead byte: how many, and the narrower range of the first of them
// (table 3-7 of the Unicode standard, which excludes overlong forms and surrogates).
struct Lead {
  size_t following = 0;
  uint8_t low = 0x80;
  uint8_t high = 0xBF;
};

bool FindLead(char first, Lead& lead) {
  const auto byte = static_cast<uint8_t>(first);
  if (byte < 0xC2 || byte > 0xF4) return false;
  lead.following = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
  if (byte == 0xE0) lead.low = 0xA0;
  if (byte == 0xED) lead.high = 0x9F;
  if (byte == 0xF0) lead.low = 0x90;
  if (byte == 0xF4) lead.high = 0x8F;
  return true;
}

// Looks at the beginning of `bytes`, which is not empty.
Step Look(std::string_view bytes) {
  if (bytes[0] == '\0') return {Kind::kBroken, 1};
  if (IsBetween(bytes[0], 0x01, 0x7F)) return {Kind::kCharacter, 1};
  Lead lead;
  if (!FindLead(bytes[0], lead)) return {Kind::kBroken, 1};
  for (size_t i = 1; i <= lead.following; ++i) {
    if (i == bytes.size()) return {Kind::kIncomplete, i};
    const bool is_right =
        i == 1 ? IsBetween(bytes[i], lead.low, lead.high) : IsBetween(bytes[i], 0x80, 0xBF);
    if (!is_right) return {Kind::kBroken, i};
  }
  return {Kind::kCharacter, lead.following + 1};
}

}  // namespace

void Utf8Assembler::Append(std::string_view bytes, std::string& text) {
  if (tail_.empty() && IsCleanUtf8(bytes)) {
    text.append(bytes);
    return;
  }
  const std::string all = tail_.append(bytes);
  tail_.clear();
  std::string_view rest = all;
  while (!rest.empty()) {
    const Step step = Look(rest);
    if (step.kind == Kind::kIncomplete) break;
    text.append(step.kind == Kind::kCharacter ? rest.substr(0, step.length) : kReplacement);
    rest.remove_prefix(step.length);
  }
  tail_.assign(rest);
}

void Utf8Assembler::Finish(std::string& text) {
  if (!tail_.empty()) text.append(kReplacement);
  tail_.clear();
}

bool IsCleanUtf8(std::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size()) &&
         text.find('\0') == std::string_view::npos;
}

size_t PrefixLength(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text.size();
  size_t length = max_bytes;
  while (length > 0 && IsBetween(text[length], 0x80, 0xBF)) --length;
  return length;
}

}  // namespace arena::model_gateway
