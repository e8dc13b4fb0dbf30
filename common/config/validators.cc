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
  return {fmt::format("at least {}", least),
          [least](std::string_view text) { return NumberOf(text) >= least; }};
}

Validator Between(double least, double most) {
  return {fmt::format("between {} and {}", least, most), [least, most](std::string_view text) {
            const double number = NumberOf(text);
            return number >= least && number <= most;
          }};
}

Validator DurationBetween(absl::Duration least, absl::Duration most) {
  return {fmt::format("between {} and {}", absl::FormatDuration(least), absl::FormatDuration(most)),
          [least, most](std::string_view text) {
            const absl::Duration duration = DurationOf(text);
            return duration >= least && duration <= most;
          }};
}

Validator OneOf(std::vector<std::string> values) {
  std::string wants = fmt::format("one of {}", fmt::join(values, ", "));
  return {std::move(wants), [values = std::move(values)](std::string_view text) {
            return std::find(values.begin(), values.end(), text) != values.end();
          }};
}

}  // namespace arena::config
