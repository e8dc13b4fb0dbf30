#pragma once

#include <CLI/CLI.hpp>

namespace arena::arenactl {

// Registers `snapshots` under `leaderboard`.
void AddSnapshotsCommand(CLI::App& leaderboard);

}  // namespace arena::arenactl
