#pragma once

#include <CLI/CLI.hpp>

namespace arena::arenactl {

// Registers `show` under `leaderboard`.
void AddShowCommand(CLI::App& leaderboard);

}  // namespace arena::arenactl
