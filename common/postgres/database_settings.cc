#include "common/postgres/database_settings.h"

#include <libpq-fe.h>

#include <memory>
#include <string_view>

namespace arena {
namespace {

// A password would show in the process list, and where settings are shown. What libpq does not
// understand may hold one, so libpq's own words, which quote it, stay here.
absl::Status CheckConninfo(const std::string& conninfo) {
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(conninfo.c_str(), nullptr), PQconninfoFree);
  if (options == nullptr) {
    return absl::InvalidArgumentError(
        "database is no connection string or URL that libpq understands.");
  }
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    // libpq marks what it hides with a star.
    if (option->val != nullptr && std::string_view(option->dispchar) == "*") {
      return absl::InvalidArgumentError(
          "database must not hold a password; use PGPASSFILE or PGPASSWORD.");
    }
  }
  return absl::OkStatus();
}

}  // namespace

void AddDatabaseSettings(config::SettingsParser& parser, DatabaseOptions& options) {
  parser.Group("Database");
  parser.Add("database", &options.conninfo,
             "Connection string or URL of PostgreSQL, as libpq reads it, without a password: use "
             "PGPASSFILE or PGPASSWORD.");
  parser.Add("database-connections", &options.connections,
             "Connections of this process; further callers wait.", config::Between(1, 256));
  parser.Add("statement-timeout", &options.statement_timeout,
             "A statement that runs longer is cancelled.");
  parser.AddRule([&options]() -> absl::Status {
    if (options.conninfo.empty()) {
      return absl::InvalidArgumentError(
          "database is not set; give --database or ARENA_DATABASE, for example "
          "\"host=127.0.0.1 dbname=arena user=ROLE\".");
    }
    return CheckConninfo(options.conninfo);
  });
}

}  // namespace arena
