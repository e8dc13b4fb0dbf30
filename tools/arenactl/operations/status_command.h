#pragma once

#include <CLI/CLI.hpp>

namespace arena::arenactl {

// Registers `status`.
void AddStatusCommand(CLI::App& app);

}  // namespace arena::arenactl
