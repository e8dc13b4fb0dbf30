#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace arena::arenactl {

// The flags of `rate` that change how a leaderboard is computed. What is served was computed
// already, so here they only say what is expected. By their name in a snapshot's settings, with the
// value as JSON.
using ExpectedSettings = std::map<std::string, std::string>;
void AddExpectedSettings(CLI::App& command, ExpectedSettings& expected);

// Whether a leaderboard was published with the settings asked for; `settings_json` is its
// snapshot's. FAILED_PRECONDITION names the flag that was not, and how to get what it asks for.
absl::Status CheckPublishedAs(const ExpectedSettings& expected, std::string_view settings_json);

}  // namespace arena::arenactl
