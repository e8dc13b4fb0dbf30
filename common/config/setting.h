#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace arena::config {

// Which values a setting takes. Says so in --help and to who gives another.
struct Validator {
  // As in "must be at least 1".
  std::string wants = {};
  std::function<bool(std::string_view text)> holds = nullptr;
};
Validator AtLeast(double least);
Validator Between(double least, double most);
Validator DurationBetween(absl::Duration least, absl::Duration most);
Validator OneOf(std::vector<std::string> values);

// Where the value of a setting goes.
using Target =
    std::variant<std::string*, int*, bool*, double*, absl::Duration*, std::vector<std::string>*>;

// One setting of a program.
struct Setting {
  std::string name;
  std::string help;
  std::string group;
  Target target;
  Validator validator = {};
  bool is_secret = false;
  // The default, as text.
  std::string default_text = {};

  bool is_switch() const { return std::holds_alternative<bool*>(target); }
  bool is_list() const { return std::holds_alternative<std::vector<std::string>*>(target); }
  // ARENA_DRAIN_TIME for drain-time.
  std::string EnvironmentName() const;
  // What kind of value it takes, for --help: TEXT, NUMBER, DURATION, LIST.
  std::string_view Kind() const;
  // The value that the target holds.
  std::string Text() const;
  // Parses, validates and stores `text`; `origin` says where it came from, for the error.
  absl::Status Assign(const std::string& text, std::string_view origin) const;
};

}  // namespace arena::config
