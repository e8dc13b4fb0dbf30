#pragma once

#include <CLI/CLI.hpp>

namespace arena::arenactl {

// Registers `votes import` and `votes export`.
void AddVotesCommand(CLI::App& app);

}  // namespace arena::arenactl
