#include "common/postgres/migrator.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "common/base/status_macros.h"

namespace arena {
namespace {

constexpr size_t kNumberDigits = 4;

// The number in the advisory lock means nothing; it only has to be always the same.
constexpr char kLockAndTable[] =
    "select pg_advisory_xact_lock(7265746);"
    "create schema if not exists arena;"
    "create table if not exists arena.schema_migrations ("
    "  number integer primary key, name text not null,"
    "  apply_time timestamptz not null default clock_timestamp())";

absl::StatusOr<Migration> ReadMigration(const std::filesystem::path& path) {
  const std::string name = path.stem().string();
  const bool is_numbered = path.extension() == ".sql" && name.size() > kNumberDigits + 1 &&
                           name[kNumberDigits] == '_' &&
                           std::all_of(name.begin(), name.begin() + kNumberDigits,
                                       [](char c) { return c >= '0' && c <= '9'; });
  if (!is_numbered) {
    return absl::InvalidArgumentError(
        fmt::format("{}: migrations are named like 0001_what.sql.", path.string()));
  }
  std::ifstream file(path);
  std::string sql{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) return absl::NotFoundError(fmt::format("{}: cannot be read.", path.string()));
  return Migration{std::stoi(name.substr(0, kNumberDigits)), name, std::move(sql)};
}

}  // namespace

absl::StatusOr<std::vector<Migration>> ReadMigrations(const std::string& folder) {
  std::error_code error;
  std::vector<Migration> migrations;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    ARENA_ASSIGN_OR_RETURN(Migration migration, ReadMigration(entry.path()));
    migrations.push_back(std::move(migration));
  }
  if (error || migrations.empty()) {
    return absl::NotFoundError(fmt::format("{}: no migrations found.", folder));
  }
  std::sort(migrations.begin(), migrations.end(),
            [](const Migration& a, const Migration& b) { return a.number < b.number; });
  for (size_t i = 0; i < migrations.size(); ++i) {
    if (migrations[i].number != static_cast<int>(i) + 1) {
      return absl::InvalidArgumentError(
          fmt::format("{}: number {} is missing or given twice.", folder, i + 1));
    }
  }
  return migrations;
}

absl::StatusOr<int> Migrate(Database& database, const std::vector<Migration>& migrations,
                            absl::FunctionRef<void(const Migration&)> report) {
  int applied = 0;
  for (const Migration& migration : migrations) {
    bool is_new = false;
    ARENA_RETURN_IF_ERROR(database.Transact([&](pqxx::work& transaction) -> absl::Status {
      transaction.exec(kLockAndTable);
      const int newest =
          transaction.exec1("select coalesce(max(number), 0) from arena.schema_migrations")[0]
              .as<int>();
      if (newest > migrations.back().number) {
        return absl::FailedPreconditionError(
            fmt::format("The database is at migration {}, newer than this program's {}; use the "
                        "newer program.",
                        newest, migrations.back().number));
      }
      is_new = newest < migration.number;
      if (!is_new) return absl::OkStatus();
      transaction.exec(migration.sql);
      transaction.exec_params("insert into arena.schema_migrations (number, name) values ($1, $2)",
                              migration.number, migration.name);
      return absl::OkStatus();
    }));
    if (!is_new) continue;
    ++applied;
    report(migration);
  }
  return applied;
}

}  // namespace arena
