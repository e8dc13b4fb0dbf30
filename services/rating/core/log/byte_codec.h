#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace arena::rating {

// Writes numbers and texts as bytes that are the same on every machine.
class ByteWriter {
 public:
  // Seven bits a byte, the lowest first: small numbers are short.
  void Unsigned(uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
  }
  // Small numbers of either sign are short.
  void Signed(int64_t value) {
    Unsigned(static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63));
  }
  // Eight bytes.
  void Word(uint64_t value) {
    for (int byte = 0; byte < 8; ++byte) bytes_ += static_cast<char>(value >> (8 * byte));
  }
  void Number(double value) {
    uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof(bits));
    Word(bits);
  }
  void Text(std::string_view text) {
    Unsigned(text.size());
    bytes_ += text;
  }

  const std::string& bytes() const { return bytes_; }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads what a ByteWriter wrote. After the first thing that is malformed everything reads as 0, and
// ok() is false.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  uint64_t Unsigned() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint64_t byte = Byte();
      value |= (byte & 0x7f) << shift;
      // The tenth byte has one bit to give, and a zero at the end says nothing: one way to write.
      if (byte < 0x80) {
        if ((shift == 63 && byte > 1) || (shift > 0 && byte == 0)) break;
        return ok_ ? value : 0;
      }
    }
    return Fail();
  }
  int64_t Signed() {
    const uint64_t value = Unsigned();
    return static_cast<int64_t>(value >> 1 ^ (~(value & 1) + 1));
  }
  // At most `most`, which keeps whoever asks from reserving more than there can be.
  uint64_t UpTo(uint64_t most) {
    const uint64_t value = Unsigned();
    return value <= most ? value : Fail();
  }
  // A number of things to come that take a byte each at least.
  uint64_t Size() { return UpTo(rest_.size()); }
  uint64_t Word() {
    uint64_t value = 0;
    for (int byte = 0; byte < 8; ++byte) value |= uint64_t{Byte()} << (8 * byte);
    return ok_ ? value : 0;
  }
  double Number() {
    const uint64_t bits = Word();
    double value = 0;
    std::memcpy(&value, &bits, sizeof(value));
    return value;
  }
  std::string_view Text() {
    const std::string_view text = rest_.substr(0, Size());
    rest_.remove_prefix(text.size());
    return text;
  }

  // Notes that what was read makes no sense.
  uint64_t Fail() {
    ok_ = false;
    rest_ = {};
    return 0;
  }
  bool ok() const { return ok_; }
  bool is_at_end() const { return rest_.empty(); }

 private:
  uint8_t Byte() {
    if (rest_.empty()) return static_cast<uint8_t>(Fail());
    const auto byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace arena::rating
