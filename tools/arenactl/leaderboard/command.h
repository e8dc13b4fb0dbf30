#pragma once

#include <CLI/CLI.hpp>

namespace arena::arenactl {

// Registers `leaderboard show`.
void AddLeaderboardCommand(CLI::App& app);

}  // namespace arena::arenactl
