#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/ids.h"

namespace arena::vote_ingest {

// The battle id under which an imported vote stands in the log: a function of its source and index
// alone, so that a repeated import claims nothing twice.
BattleId ImportedBattleId(std::string_view source, int64_t index);

}  // namespace arena::vote_ingest
