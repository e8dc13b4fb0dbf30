#include "tools/arenactl/rate/mended_json.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace arena::rate {
namespace {

constexpr size_t kEscapeBytes = 6;  // \uXXXX

// The code unit of the escape \uXXXX that `text` begins with; 0 when it begins otherwise.
uint32_t CodeUnit(std::string_view text) {
  uint32_t unit = 0;
  if (!text.starts_with("\\u") || text.size() < kEscapeBytes) return 0;
  const char* end = text.data() + kEscapeBytes;
  return std::from_chars(text.data() + 2, end, unit, 16).ptr == end ? unit : 0;
}

bool IsHighSurrogate(uint32_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool IsLowSurrogate(uint32_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

// Appends the escape that `text` begins with, and returns its length.
size_t AppendEscape(std::string_view text, std::string& mended) {
  const uint32_t unit = CodeUnit(text);
  size_t bytes = unit == 0 ? 2 : kEscapeBytes;
  if (IsHighSurrogate(unit) && IsLowSurrogate(CodeUnit(text.substr(kEscapeBytes)))) {
    bytes = 2 * kEscapeBytes;
  } else if (IsHighSurrogate(unit) || IsLowSurrogate(unit)) {
    mended += "\\ufffd";
    return bytes;
  }
  mended += text.substr(0, bytes);
  return bytes;
}

// Appends the word that `text` begins with if JSON lacks it, as null, and returns its length; else
// 0.
size_t AppendWord(std::string_view text, std::string& mended) {
  for (const std::string_view word : {"NaN", "Infinity", "-Infinity"}) {
    if (!text.starts_with(word)) continue;
    mended += "null";
    return word.size();
  }
  return 0;
}

}  // namespace

std::string MendedJson(std::string_view text) {
  std::string mended;
  bool is_in_string = false;
  while (!text.empty()) {
    size_t bytes = 0;
    if (is_in_string && text[0] == '\\') bytes = AppendEscape(text, mended);
    if (!is_in_string) bytes = AppendWord(text, mended);
    if (bytes == 0) {
      is_in_string ^= text[0] == '"';
      mended += text[0];
      bytes = 1;
    }
    text.remove_prefix(std::min(bytes, text.size()));
  }
  return mended;
}

}  // namespace arena::rate
