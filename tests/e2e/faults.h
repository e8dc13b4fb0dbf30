#pragma once

#include <string>
#include <string_view>

#include "tests/support/arena_cluster.h"

namespace arena::testing {

// The next requests of a demonstration model fail in this way; the cluster was started with
// --faults.
void Arm(const ArenaCluster& cluster, std::string_view model, const std::string& fault, int times);

// The same for every model.
void ArmAll(const ArenaCluster& cluster, const std::string& fault, int times);

}  // namespace arena::testing
