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

// A token of `call`, which says what is paged through; no other call takes it.
std::string ToPageToken(std::string_view call, const PageStart& start);
// FIELD_INVALID for anything that ToPageToken does not make for this call.
absl::StatusOr<PageStart> ParsePageToken(std::string_view call, std::string_view token);

// How large pages of a call are.
struct PageLimits {
  int standard = 0;
  int most = 0;
  // Name of the latter in common/base/limits.h.
  std::string_view name;
};
// The page size that a request asks for; 0 means the standard. FIELD_INVALID beyond the limit.
absl::StatusOr<int> PageSizeOf(int32_t asked, const PageLimits& limits);

}  // namespace arena::rating
