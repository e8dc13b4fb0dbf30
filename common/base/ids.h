#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/random.h"

namespace arena {

// 128 bits in the canonical text form of a UUID. A value; the base of the typed ids below.
class Uuid {
 public:
  using Bytes = std::array<uint8_t, 16>;

  Uuid() = default;
  explicit Uuid(const Bytes& bytes) : bytes_(bytes) {}

  // Takes 8-4-4-4-12 hexadecimal digits of either case; INVALID_ARGUMENT otherwise.
  static absl::StatusOr<Uuid> Parse(std::string_view text);
  // A version 7 UUID (RFC 9562): 48 bits of Unix milliseconds, then 74 random bits.
  static Uuid MakeVersion7(absl::Time time, Random& random);
  // What no version 7 UUID of `time` or later comes before.
  static Uuid FirstOf(absl::Time time);
  // The version 7 form with the time of `time_source` and 74 bits of `entropy`.
  static Uuid DeriveVersion7(const Uuid& time_source, const std::array<uint8_t, 32>& entropy);

  bool IsVersion7() const;
  // The time prefix; meaningful for version 7 alone.
  absl::Time time() const;
  const Bytes& bytes() const { return bytes_; }
  std::string ToString() const;

  friend auto operator<=>(const Uuid&, const Uuid&) = default;

  template <typename H>
  friend H AbslHashValue(H state, const Uuid& uuid) {
    return H::combine(std::move(state), uuid.bytes_);
  }

 private:
  Bytes bytes_{};
};

// Distinct things have distinct types; the text form is the same.
class BattleId : public Uuid {
 public:
  BattleId() = default;
  explicit BattleId(const Uuid& uuid) : Uuid(uuid) {}
  // FIELD_INVALID for anything but a version 7 UUID.
  static absl::StatusOr<BattleId> Parse(std::string_view text);
};

// The client's name for a write. Scoped to (principal, method).
class RequestId : public Uuid {
 public:
  RequestId() = default;
  explicit RequestId(const Uuid& uuid) : Uuid(uuid) {}
  // REQUEST_ID_INVALID unless it is a version 7 UUID whose time is at most a day before and five
  // minutes after `now`.
  static absl::StatusOr<RequestId> Parse(std::string_view text, absl::Time now);
};

// The database key of a model; never leaves our services.
enum class ModelId : int32_t {};

}  // namespace arena
