#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace arena::rating {

// Writes canonical JSON: no white space, keys in the order of the calls, shortest numbers that read
// back as the same double, strings as UTF-8 with only what must be escaped. So equal values give
// equal bytes. A double that is not finite becomes null.
class JsonWriter {
 public:
  void BeginObject();
  void EndObject();
  void BeginArray();
  void EndArray();
  JsonWriter& Key(std::string_view key);
  void String(std::string_view value);
  void Integer(int64_t value);
  void Unsigned(uint64_t value);
  void Number(double value);
  void Number(std::optional<double> value);
  void Boolean(bool value);

  std::string Take() { return std::move(text_); }

 private:
  // A comma, unless this is the first value here or follows its key.
  void Separate();
  void AppendEscaped(std::string_view value);

  std::string text_;
  bool needs_comma_ = false;
};

}  // namespace arena::rating
