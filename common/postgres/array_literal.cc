#include "common/postgres/array_literal.h"

#include <charconv>

namespace arena {
namespace {

template <typename Number>
void AppendNumber(std::string& text, Number value) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value).ptr;
  text.append(buffer, end);
}

}  // namespace

void ArrayLiteral::Separate() {
  if (text_.size() > 1) text_.push_back(',');
}

ArrayLiteral& ArrayLiteral::Add(int64_t value) {
  Separate();
  AppendNumber(text_, value);
  return *this;
}

ArrayLiteral& ArrayLiteral::Add(double value) {
  Separate();
  AppendNumber(text_, value);
  return *this;
}

ArrayLiteral& ArrayLiteral::Add(bool value) {
  Separate();
  text_.push_back(value ? 't' : 'f');
  return *this;
}

ArrayLiteral& ArrayLiteral::Add(std::string_view value) {
  Separate();
  text_.push_back('"');
  for (const char c : value) {
    if (c == '"' || c == '\\') text_.push_back('\\');
    text_.push_back(c);
  }
  text_.push_back('"');
  return *this;
}

ArrayLiteral& ArrayLiteral::AddNull() {
  Separate();
  text_ += "NULL";
  return *this;
}

}  // namespace arena
