#include "common/postgres/database_settings.h"

namespace arena {
namespace {

// Whether a connection string or URL holds a password: it would show in the process list.
bool HoldsPassword(const std::string& conninfo) {
  if (conninfo.find("password=") != std::string::npos) return true;
  const size_t authority = conninfo.find("://");
  const size_t at = conninfo.find('@');
  if (authority == std::string::npos || at == std::string::npos) return false;
  return conninfo.find(':', authority + 3) < at;
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
    if (HoldsPassword(options.conninfo)) {
      return absl::InvalidArgumentError(
          "database must not hold a password; use PGPASSFILE or PGPASSWORD.");
    }
    return absl::OkStatus();
  });
}

}  // namespace arena
