#include "common/postgres/pool_readings.h"

namespace arena {

void AddPoolReadings(metrics::Registry& registry, const Database& database) {
  registry.AddReading("arena_database_connections_in_use",
                      "Connections to PostgreSQL at work for a caller.",
                      [&database] { return database.in_use(); });
  registry.AddReading("arena_database_callers_waiting",
                      "Callers that wait for a connection to PostgreSQL.",
                      [&database] { return database.waiting(); });
}

}  // namespace arena
