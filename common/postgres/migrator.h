#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "common/postgres/database.h"

namespace arena {

// One numbered step forward, from a file such as 0003_battles.sql.
struct Migration {
  int number = 0;
  std::string name;
  std::string sql;
};

// Reads all migrations of a folder, ascending. Refuses gaps, repeated numbers and other files.
absl::StatusOr<std::vector<Migration>> ReadMigrations(const std::string& folder);

// Applies those that are not yet recorded in arena.schema_migrations, each in a transaction of its
// own, and reports each. Safe when two run at once: an advisory lock lets one go first. Refuses a
// database that is ahead of `migrations`. Returns how many were applied.
absl::StatusOr<int> Migrate(Database& database, const std::vector<Migration>& migrations,
                            absl::FunctionRef<void(const Migration&)> report);

}  // namespace arena
