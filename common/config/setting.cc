#include "common/config/setting.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cmath>
#include <type_traits>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace arena::config {
namespace {

// Each parser returns false when `text` is no value of its type.
bool ParseValue(const std::string& text, std::string& value) {
  value = text;
  return true;
}

bool ParseValue(const std::string& text, int& value) { return absl::SimpleAtoi(text, &value); }

bool ParseValue(const std::string& text, double& value) {
  return absl::SimpleAtod(text, &value) && std::isfinite(value);
}

bool ParseValue(const std::string& text, bool& value) {
  value = text == "true";
  return text == "true" || text == "false";
}

bool ParseValue(const std::string& text, absl::Duration& value) {
  return absl::ParseDuration(text, &value);
}

bool ParseValue(const std::string& text, std::vector<std::string>& value) {
  value.clear();
  if (text.empty()) return true;
  for (const auto piece : absl::StrSplit(text, ',')) {
    value.emplace_back(absl::StripAsciiWhitespace(piece));
  }
  return true;
}

std::string Format(const std::string& value) { return value; }
std::string Format(int value) { return fmt::format("{}", value); }
std::string Format(double value) { return fmt::format("{}", value); }
std::string Format(bool value) { return value ? "true" : "false"; }
std::string Format(absl::Duration value) { return absl::FormatDuration(value); }
std::string Format(const std::vector<std::string>& value) {
  return fmt::format("{}", fmt::join(value, ","));
}

std::string_view Expectation(const Target& target) {
  constexpr std::string_view kExpectations[] = {
      "a text", "a whole number", "true or false", "a number", "a duration such as 400ms or 30s",
      "a list"};
  return kExpectations[target.index()];
}

}  // namespace

std::string Setting::EnvironmentName() const {
  std::string result = "ARENA_" + name;
  for (char& c : result) c = c == '-' ? '_' : absl::ascii_toupper(static_cast<unsigned char>(c));
  return result;
}

std::string_view Setting::Kind() const {
  constexpr std::string_view kKinds[] = {"TEXT", "NUMBER", "", "NUMBER", "DURATION", "LIST"};
  return kKinds[target.index()];
}

std::string Setting::Text() const {
  return std::visit([](const auto* value) { return Format(*value); }, target);
}

absl::Status Setting::Assign(const std::string& text, std::string_view origin) const {
  return std::visit(
      [&](auto* destination) -> absl::Status {
        std::remove_pointer_t<decltype(destination)> value{};
        if (!ParseValue(text, value)) {
          return absl::InvalidArgumentError(
              fmt::format("{} must be {}, not '{}'.", origin, Expectation(target), text));
        }
        if (validator.holds && !validator.holds(text)) {
          return absl::InvalidArgumentError(
              fmt::format("{} must be {}, not '{}'.", origin, validator.wants, text));
        }
        *destination = std::move(value);
        return absl::OkStatus();
      },
      target);
}

}  // namespace arena::config
