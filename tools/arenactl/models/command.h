#pragma once

#include <CLI/CLI.hpp>

namespace arena::arenactl {

// Registers `models apply` and `models list`.
void AddModelsCommand(CLI::App& app);

}  // namespace arena::arenactl
