#include "tests/bench/support/report.h"

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

namespace arena::bench {
namespace {

bool IsMet(const Figure& figure) {
  return figure.at_least ? figure.value >= *figure.aim : figure.value <= *figure.aim;
}

// Small figures with three digits, large ones without a fraction.
std::string Shown(double value) {
  if (value != 0 && value < 100) return fmt::format("{:.3f}", value);
  return fmt::format("{:.0f}", value);
}

}  // namespace

void Report::Note(const std::string& text) const {
  if (is_json_) {
    fmt::print("{}\n", nlohmann::json{{"bench", bench_}, {"note", text}}.dump());
  } else {
    fmt::print("{}\n", text);
  }
  std::fflush(stdout);
}

void Report::Add(const Figure& figure) const {
  if (is_json_) {
    nlohmann::json object = {
        {"bench", bench_}, {"figure", figure.name}, {"value", figure.value}, {"unit", figure.unit}};
    if (figure.aim.has_value()) {
      object["aim"] = *figure.aim;
      object["aim_is"] = figure.at_least ? "at least" : "at most";
      object["met"] = IsMet(figure);
    }
    fmt::print("{}\n", object.dump());
  } else {
    const std::string aim =
        figure.aim.has_value()
            ? fmt::format("  {} {}: {}", figure.at_least ? "at least" : "at most",
                          Shown(*figure.aim), IsMet(figure) ? "met" : "MISSED")
            : "";
    fmt::print("  {:<44} {:>10} {:<10}{}\n", figure.name, Shown(figure.value), figure.unit, aim);
  }
  std::fflush(stdout);
}

int ExitCodeOf(const std::string& bench, const absl::Status& measured) {
  if (measured.ok()) return 0;
  fmt::print(stderr, "arena_bench_{}: {}\n", bench, std::string(measured.message()));
  return 1;
}

}  // namespace arena::bench
