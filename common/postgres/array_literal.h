#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace arena {

// Builds a PostgreSQL array literal such as {1,2,"a b"}, so that a whole group of rows travels as
// one parameter a column and the statement's text never changes.
class ArrayLiteral {
 public:
  ArrayLiteral() : text_("{") {}

  ArrayLiteral& Add(int64_t value);
  ArrayLiteral& Add(int value) { return Add(static_cast<int64_t>(value)); }
  ArrayLiteral& Add(double value);  // shortest form that reads back to the same bits
  ArrayLiteral& Add(bool value);
  ArrayLiteral& Add(std::string_view value);  // quoted and escaped
  ArrayLiteral& Add(const char* value) { return Add(std::string_view(value)); }
  ArrayLiteral& AddNull();

  std::string Finish() const { return text_ + "}"; }

 private:
  void Separate();

  std::string text_;
};

}  // namespace arena
