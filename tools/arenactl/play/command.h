#pragma once

#include <CLI/CLI.hpp>

namespace arena::arenactl {

// Registers `play`.
void AddPlayCommand(CLI::App& app);

}  // namespace arena::arenactl
