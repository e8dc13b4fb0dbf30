#include "common/base/version.h"

namespace arena {

std::string_view Version() { return ARENA_VERSION; }

}  // namespace arena
