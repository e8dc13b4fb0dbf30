#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace arena {

// Whether `key` can be a secret key: hexadecimal digits, at least 32. The error is one sentence
// that names `variable`, where the key comes from, and never the value. The digits themselves are
// the key.
absl::Status CheckSecretKey(std::string_view variable, std::string_view key);

}  // namespace arena
