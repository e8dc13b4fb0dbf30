#pragma once

#include <CLI/CLI.hpp>

namespace arena::arenactl {

// Registers `migrate`.
void AddMigrateCommand(CLI::App& app);

}  // namespace arena::arenactl
