#pragma once

#include "common/config/settings.h"
#include "common/postgres/database.h"

namespace arena {

// Adds, under the title "Database": --database (required; may not hold a password),
// --database-connections, --statement-timeout.
void AddDatabaseSettings(config::SettingsParser& parser, DatabaseOptions& options);

}  // namespace arena
