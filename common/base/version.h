#pragma once

#include <string_view>

namespace arena {

// Version of the tree, as `--version` and the metric arena_build_info show it.
std::string_view Version();

}  // namespace arena
