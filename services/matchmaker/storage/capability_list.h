#pragma once

#include <string>

#include "services/matchmaker/core/capabilities.h"

namespace arena::matchmaker {

// Capabilities beyond text as comma-separated numbers, ascending: how they travel to and from a
// smallint[] column.
std::string JoinCapabilities(CapabilitySet capabilities);
CapabilitySet SplitCapabilities(const std::string& list);

}  // namespace arena::matchmaker
