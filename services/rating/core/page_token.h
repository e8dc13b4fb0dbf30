#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace arena::rating {

// Where a page of pairs begins: the position of the counts and an index into their pairs. The index
// counts all pairs, not only those that the filter lets through, so it means the same under every
// filter.
struct PairsPage {
  int64_t position = 0;
  uint64_t first_pair = 0;
};

std::string ToPageToken(const PairsPage& page);
// FIELD_INVALID for anything that ToPageToken does not make.
absl::StatusOr<PairsPage> ParsePageToken(std::string_view token);

}  // namespace arena::rating
