#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace arena::model_gateway {

// Makes valid UTF-8 of what a provider sends, even when it cuts characters between two pieces or
// sends bytes that are none. What is broken becomes U+FFFD, one for each maximal broken part
// (Unicode 15, 3.9), and so does NUL, which no text column can hold. A value; not shared by
// threads.
class Utf8Assembler {
 public:
  // Appends the characters of `bytes` to `text`; the beginning of a character that is still to be
  // completed stays behind for the next call.
  void Append(std::string_view bytes, std::string& text);
  // Nothing will follow: what stayed behind is broken.
  void Finish(std::string& text);

 private:
  std::string tail_;
};

// Whether `text` is valid UTF-8 without NUL.
bool IsCleanUtf8(std::string_view text);

// The length of the longest prefix of at most `max_bytes` that cuts no character of valid UTF-8.
size_t PrefixLength(std::string_view text, size_t max_bytes);

}  // namespace arena::model_gateway
