#include "tools/demo-models/core/tokens.h"

#include "tools/demo-models/questions/text.h"

namespace arena::demo {
namespace {

constexpr size_t kMaxTokenBytes = 6;

bool ContinuesCharacter(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

std::vector<std::string> Tokenize(std::string_view text) {
  std::vector<std::string> tokens;
  size_t at = 0;
  while (at < text.size()) {
    size_t end = at;
    while (end < text.size() && text[end] == ' ') ++end;
    const size_t word = end;
    while (end < text.size() && IsWordByte(text[end]) && end - word < kMaxTokenBytes) ++end;
    if (end == word && end < text.size()) ++end;
    while (end < text.size() && ContinuesCharacter(text[end])) ++end;
    tokens.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return tokens;
}

}  // namespace arena::demo
