#include "services/rating/core/page_token.h"

#include <fmt/format.h>

#include <charconv>

#include "common/base/errors.h"

namespace arena::rating {
namespace {

template <typename T>
bool ParseAll(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string ToPageToken(const PairsPage& page) {
  return fmt::format("{}.{}", page.position, page.first_pair);
}

absl::StatusOr<PairsPage> ParsePageToken(std::string_view token) {
  PairsPage page;
  const size_t dot = token.find('.');
  if (dot == std::string_view::npos || !ParseAll(token.substr(0, dot), page.position) ||
      !ParseAll(token.substr(dot + 1), page.first_pair)) {
    return FieldInvalid("page_token", "a next_page_token of this call");
  }
  return page;
}

}  // namespace arena::rating
