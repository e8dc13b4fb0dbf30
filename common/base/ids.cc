#include "common/base/ids.h"

#include <algorithm>

#include "common/base/errors.h"
#include "common/base/hex.h"
#include "common/base/limits.h"

namespace arena {
namespace {

constexpr std::array<size_t, 4> kDashes = {8, 13, 18, 23};

int DigitValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void WriteTime(absl::Time time, Uuid::Bytes& bytes) {
  const auto millis = static_cast<uint64_t>(absl::ToUnixMillis(time));
  for (size_t i = 0; i < 6; ++i) bytes[i] = static_cast<uint8_t>(millis >> (40 - 8 * i));
}

void MarkVersion7(Uuid::Bytes& bytes) {
  bytes[6] = static_cast<uint8_t>((bytes[6] & 0x0f) | 0x70);
  bytes[8] = static_cast<uint8_t>((bytes[8] & 0x3f) | 0x80);
}

}  // namespace

absl::StatusOr<Uuid> Uuid::Parse(std::string_view text) {
  const absl::Status malformed = absl::InvalidArgumentError("Not a UUID.");
  if (text.size() != 36) return malformed;
  Bytes bytes{};
  size_t digit = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (std::find(kDashes.begin(), kDashes.end(), i) != kDashes.end()) {
      if (text[i] != '-') return malformed;
      continue;
    }
    const int value = DigitValue(text[i]);
    if (value < 0) return malformed;
    bytes[digit / 2] = static_cast<uint8_t>(bytes[digit / 2] << 4 | value);
    ++digit;
  }
  return Uuid(bytes);
}

Uuid Uuid::MakeVersion7(absl::Time time, Random& random) {
  const uint64_t a = random.Bits();
  const uint64_t b = random.Bits();
  Bytes bytes{};
  WriteTime(time, bytes);
  for (size_t i = 6; i < 8; ++i) bytes[i] = static_cast<uint8_t>(a >> (8 * (i - 6)));
  for (size_t i = 8; i < 16; ++i) bytes[i] = static_cast<uint8_t>(b >> (8 * (i - 8)));
  MarkVersion7(bytes);
  return Uuid(bytes);
}

Uuid Uuid::FirstOf(absl::Time time) {
  Bytes bytes{};
  WriteTime(time, bytes);
  return Uuid(bytes);
}

Uuid Uuid::DeriveVersion7(const Uuid& time_source, const std::array<uint8_t, 32>& entropy) {
  Bytes bytes = time_source.bytes_;
  std::copy_n(entropy.begin(), 10, bytes.begin() + 6);
  MarkVersion7(bytes);
  return Uuid(bytes);
}

bool Uuid::IsVersion7() const { return bytes_[6] >> 4 == 7 && bytes_[8] >> 6 == 2; }

absl::Time Uuid::time() const {
  int64_t millis = 0;
  for (size_t i = 0; i < 6; ++i) millis = millis << 8 | bytes_[i];
  return absl::FromUnixMillis(millis);
}

std::string Uuid::ToString() const {
  std::string text = ToHex(bytes_);
  for (const size_t dash : kDashes) text.insert(dash, 1, '-');
  return text;
}

absl::StatusOr<BattleId> BattleId::Parse(std::string_view text) {
  const auto uuid = Uuid::Parse(text);
  if (!uuid.ok() || !uuid->IsVersion7()) return FieldInvalid("battle_id", "the id of a battle");
  return BattleId(*uuid);
}

absl::StatusOr<RequestId> RequestId::Parse(std::string_view text, absl::Time now) {
  const auto uuid = Uuid::Parse(text);
  if (!uuid.ok() || !uuid->IsVersion7()) return RequestIdInvalid();
  if (uuid->time() < now - limits::kRequestIdMaxAge) return RequestIdInvalid();
  if (uuid->time() > now + limits::kRequestIdMaxAhead) return RequestIdInvalid();
  return RequestId(*uuid);
}

}  // namespace arena
