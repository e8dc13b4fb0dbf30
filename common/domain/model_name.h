#pragma once

#include <string_view>

namespace arena {

// Whether the arena takes it as a model's name: 1 to limits::kModelNameBytes of A-Z a-z 0-9 . _ -,
// beginning with a letter or digit.
bool IsModelName(std::string_view name);

}  // namespace arena
