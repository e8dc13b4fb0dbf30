#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "services/rating/model/settings.h"
#include "tools/arenactl/rate/format.h"

namespace arena::rate {

// What `arenactl rate` was asked for.
struct RateOptions {
  std::string path;
  rating::Settings settings;
  // Whether --ci was given; without it Elo has no intervals and Bradley-Terry the sandwich.
  bool has_intervals = false;
  std::string category;
  int64_t until = INT64_MAX;
  bool skip_bad = false;
  bool include_named = false;
  // Nothing for an HTML report, which shows the pairs, too.
  std::optional<Format> format = Format::kTable;
};

// Reads votes, rates, prints to standard output; what is wrong goes to standard error. The result
// is the exit code: 0, or 1 for bad input.
int RunRate(const RateOptions& options);

// Adds the subcommand `rate` to `app`. Running it ends in CLI::RuntimeError with a code other than
// 0.
void AddRateCommand(CLI::App& app);

}  // namespace arena::rate
