#pragma once

#include <CLI/CLI.hpp>

namespace arena::arenactl {

// Registers `simulate`.
void AddSimulateCommand(CLI::App& app);

}  // namespace arena::arenactl
