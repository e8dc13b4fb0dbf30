#pragma once

#include <CLI/CLI.hpp>

namespace arena::arenactl {

// Registers `history` under `leaderboard`.
void AddHistoryCommand(CLI::App& leaderboard);

}  // namespace arena::arenactl
