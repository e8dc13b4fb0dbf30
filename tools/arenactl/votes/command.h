#pragma once

#include <CLI/CLI.hpp>

namespace arena::arenactl {

// Registers `votes import`, `export`, `retract`, `restore` and `annotate`.
void AddVotesCommand(CLI::App& app);

}  // namespace arena::arenactl
