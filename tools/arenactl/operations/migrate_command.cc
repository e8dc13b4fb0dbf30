#include "tools/arenactl/operations/migrate_command.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/base/status_macros.h"
#include "common/postgres/database.h"
#include "common/postgres/migrator.h"
#include "tools/arenactl/command.h"
#include "tools/arenactl/operations/embedded_migrations.h"

namespace arena::arenactl {
namespace {

// A migration may rewrite a large table.
constexpr absl::Duration kStatementTimeout = absl::Hours(6);

constexpr char kMigrateHelp[] =
    R"(Applies the numbered migrations that the database does not have yet, each in a transaction of its
own, and creates the services' SQL roles. Safe to run twice and from two places at once. CONNINFO
needs a superuser, or the owner of the database with the right to create roles.

Example:  arenactl migrate --database "host=/var/run/postgresql dbname=arena user=postgres")";

struct MigrateOptions {
  std::string database;
  std::string folder;
};

absl::Status RunMigrate(const MigrateOptions& options) {
  std::vector<Migration> migrations = EmbeddedMigrations();
  if (!options.folder.empty()) {
    ARENA_ASSIGN_OR_RETURN(migrations, ReadMigrations(options.folder));
  }
  Database database({.conninfo = options.database,
                     .connections = 1,
                     .statement_timeout = kStatementTimeout,
                     .application_name = "arenactl migrate"});
  const auto report = [](const Migration& migration) {
    fmt::print("applied {}\n", migration.name);
    std::fflush(stdout);
  };
  const absl::StatusOr<int> applied = Migrate(database, migrations, report);
  if (!applied.ok()) {
    return absl::Status(applied.status().code(),
                        fmt::format("The database cannot be migrated: {} Check --database.",
                                    std::string(applied.status().message())));
  }
  fmt::print("{} applied; the database is at migration {}.\n", *applied, migrations.back().number);
  return absl::OkStatus();
}

}  // namespace

void AddMigrateCommand(CLI::App& app) {
  auto options = std::make_shared<MigrateOptions>();
  CLI::App* command = app.add_subcommand("migrate", "Brings the database's schema up to date");
  command
      ->add_option("--database", options->database,
                   "libpq connection string or URL, for example \"dbname=arena user=postgres\"")
      ->envname("ARENA_DATABASE")
      ->type_name("CONNINFO")
      ->required();
  command
      ->add_option("--migrations", options->folder,
                   "Folder to read instead of the migrations built into this program")
      ->type_name("DIR");
  command->footer(kMigrateHelp);
  OnRun(*command, [options] { return RunMigrate(*options); });
}

}  // namespace arena::arenactl
