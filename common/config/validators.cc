#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>

#include "common/config/setting.h"

namespace arena::config {
namespace {

// Numbers have been parsed before a validator sees their text.
double NumberOf(std::string_view text) { return std::strtod(std::string(text).c_str(), nullptr); }

absl::Duration DurationOf(std::string_view text) {
  absl::Duration duration;
  return absl::ParseDuration(std::string(text), &duration) ? duration : absl::InfiniteDuration();
}

}  // namespace

Validator AtLeast(double least) {
  return [least](std::string_view text) -> std::optional<std::string> {
    if (NumberOf(text) >= least) return std::nullopt;
    return fmt::format("at least {}", least);
  };
}

Validator Between(double least, double most) {
  return [least, most](std::string_view text) -> std::optional<std::string> {
    const double number = NumberOf(text);
    if (number >= least && number <= most) return std::nullopt;
    return fmt::format("between {} and {}", least, most);
  };
}

Validator DurationBetween(absl::Duration least, absl::Duration most) {
  return [least, most](std::string_view text) -> std::optional<std::string> {
    const absl::Duration duration = DurationOf(text);
    if (duration >= least && duration <= most) return std::nullopt;
    return fmt::format("between {} and {}", absl::FormatDuration(least),
                       absl::FormatDuration(most));
  };
}

Validator OneOf(std::vector<std::string> values) {
  return [values = std::move(values)](std::string_view text) -> std::optional<std::string> {
    if (std::find(values.begin(), values.end(), text) != values.end()) return std::nullopt;
    return fmt::format("one of {}", fmt::join(values, ", "));
  };
}

Validator NotEmpty() {
  return [](std::string_view text) -> std::optional<std::string> {
    if (!text.empty()) return std::nullopt;
    return "not empty";
  };
}

}  // namespace arena::config
