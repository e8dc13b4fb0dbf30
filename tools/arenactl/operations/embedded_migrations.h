#pragma once

#include <vector>

#include "common/postgres/migrator.h"

namespace arena::arenactl {

// The migrations of deploy/postgres/migrations as they were when this program was built, so that
// the binary needs no file beside it.
std::vector<Migration> EmbeddedMigrations();

}  // namespace arena::arenactl
