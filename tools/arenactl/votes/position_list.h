#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace arena::arenactl {

// Positions as people write them: each text is a list of numbers and ranges, as "17,20-25". Each
// position once, ascending; INVALID_ARGUMENT quotes what is wrong.
absl::StatusOr<std::vector<int64_t>> ParsePositions(const std::vector<std::string>& texts);

}  // namespace arena::arenactl
