#include "common/base/secret_key.h"

#include <fmt/format.h>

#include <algorithm>

namespace arena {
namespace {

constexpr size_t kFewestDigits = 32;

bool IsHexDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

}  // namespace

absl::Status CheckSecretKey(std::string_view variable, std::string_view key) {
  if (key.size() >= kFewestDigits && std::all_of(key.begin(), key.end(), IsHexDigit)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      fmt::format("{} must be set to at least {} hexadecimal digits, for example to the output of "
                  "'openssl rand -hex 32'.",
                  variable, kFewestDigits));
}

}  // namespace arena
