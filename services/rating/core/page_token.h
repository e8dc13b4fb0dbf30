#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace arena::rating {

// Where a page begins: two numbers, not negative, that mean what the call says they do.
struct PageStart {
  int64_t major = 0;
  int64_t minor = 0;
};

std::string ToPageToken(const PageStart& start);
// FIELD_INVALID for anything that ToPageToken does not make.
absl::StatusOr<PageStart> ParsePageToken(std::string_view token);

// The page size that a request asks for; 0 means the default. FIELD_INVALID beyond `most`.
absl::StatusOr<int> PageSizeOf(int32_t asked, int standard, int most);

}  // namespace arena::rating
