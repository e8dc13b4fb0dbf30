#include "services/rating/core/answers/page_token.h"

#include <fmt/format.h>

#include <charconv>

#include "common/base/errors.h"
#include "common/base/status_macros.h"

namespace arena::rating {
namespace {

bool ParseAll(std::string_view text, int64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= 0;
}

}  // namespace

std::string ToPageToken(std::string_view call, const PageStart& start) {
  return fmt::format("{}.{}.{}", call, start.major, start.minor);
}

absl::StatusOr<PageStart> ParsePageToken(std::string_view call, std::string_view token) {
  PageStart start;
  const bool is_of_call = token.starts_with(call) && token.substr(call.size()).starts_with('.');
  token.remove_prefix(is_of_call ? call.size() + 1 : 0);
  const size_t dot = token.find('.');
  if (!is_of_call || dot == std::string_view::npos ||
      !ParseAll(token.substr(0, dot), start.major) ||
      !ParseAll(token.substr(dot + 1), start.minor)) {
    return FieldInvalid("page_token", "a next_page_token of this call");
  }
  return start;
}

absl::StatusOr<int> PageSizeOf(int32_t asked, const PageLimits& limits) {
  ARENA_RETURN_IF_ERROR(CheckRange(limits.name, "page_size", asked, 0, limits.most));
  return asked == 0 ? limits.standard : asked;
}

}  // namespace arena::rating
