#pragma once

#include <CLI/CLI.hpp>

namespace arena::arenactl {

// Registers `leaderboard` with all that is under it.
void AddLeaderboardCommand(CLI::App& app);

}  // namespace arena::arenactl
