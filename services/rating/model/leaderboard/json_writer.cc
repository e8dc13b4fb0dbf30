#include "services/rating/model/leaderboard/json_writer.h"

#include <charconv>
#include <cmath>

namespace arena::rating {

void JsonWriter::BeginObject() {
  Separate();
  text_ += '{';
  needs_comma_ = false;
}

void JsonWriter::EndObject() {
  text_ += '}';
  needs_comma_ = true;
}

void JsonWriter::BeginArray() {
  Separate();
  text_ += '[';
  needs_comma_ = false;
}

void JsonWriter::EndArray() {
  text_ += ']';
  needs_comma_ = true;
}

JsonWriter& JsonWriter::Key(std::string_view key) {
  Separate();
  AppendEscaped(key);
  text_ += ':';
  needs_comma_ = false;
  return *this;
}

void JsonWriter::String(std::string_view value) {
  Separate();
  AppendEscaped(value);
}

void JsonWriter::Integer(int64_t value) {
  Separate();
  text_ += std::to_string(value);
}

void JsonWriter::Unsigned(uint64_t value) {
  Separate();
  text_ += std::to_string(value);
}

void JsonWriter::Number(double value) {
  Separate();
  if (!std::isfinite(value)) {
    text_ += "null";
    return;
  }
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
  text_.append(digits, end);
}

void JsonWriter::Number(std::optional<double> value) { Number(value.value_or(NAN)); }

void JsonWriter::Boolean(bool value) {
  Separate();
  text_ += value ? "true" : "false";
}

void JsonWriter::Separate() {
  if (needs_comma_) text_ += ',';
  needs_comma_ = true;
}

void JsonWriter::AppendEscaped(std::string_view value) {
  static constexpr char kHex[] = "0123456789abcdef";
  text_ += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text_ += '\\';
      text_ += c;
    } else if (byte < 0x20) {
      text_ += "\\u00";
      text_ += kHex[byte >> 4];
      text_ += kHex[byte & 15];
    } else {
      text_ += c;
    }
  }
  text_ += '"';
}

}  // namespace arena::rating
