#pragma once

#include <CLI/CLI.hpp>

namespace arena::arenactl {

// Registers `categories` under `leaderboard`.
void AddCategoriesCommand(CLI::App& leaderboard);

}  // namespace arena::arenactl
