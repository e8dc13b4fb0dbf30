#pragma once

#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"

namespace arena::bench {

// One figure, with what it should be where tests/bench/README.md has an aim.
struct Figure {
  std::string name;
  double value = 0;
  std::string unit;
  std::optional<double> aim = std::nullopt;
  // Whether the aim is a lower bound.
  bool at_least = false;
};

// Prints figures as they are taken: a table for people, or one JSON object a line.
class Report {
 public:
  Report(std::string bench, bool is_json) : bench_(std::move(bench)), is_json_(is_json) {}

  // What the figures depend on; a line of the table, an object {"bench", "note"} in JSON.
  void Note(const std::string& text) const;
  void Add(const Figure& figure) const;

 private:
  const std::string bench_;
  const bool is_json_;
};

// The exit code of main; an error is printed to standard error. A missed aim is no error: it is a
// figure.
int ExitCodeOf(const std::string& bench, const absl::Status& measured);

}  // namespace arena::bench
