#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tools/arenactl/client.h"

namespace arena::arenactl {

// Asks grpc.health.v1.Health about the whole server: "serving", "not-serving" or "unreachable".
std::string HealthOf(const Remote& remote, absl::Duration timeout);

}  // namespace arena::arenactl
