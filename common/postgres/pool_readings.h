#pragma once

#include "common/metrics/metrics.h"
#include "common/postgres/database.h"

namespace arena {

// How full a pool is: the limit kPoolConnections as operators see it. `database` must outlive the
// registry's exposer.
void AddPoolReadings(metrics::Registry& registry, const Database& database);

}  // namespace arena
