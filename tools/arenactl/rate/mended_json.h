#pragma once

#include <string>
#include <string_view>

namespace arena::rate {

// JSON in place of what Python's json module writes by default although JSON has no word for it:
// NaN and infinities become null, and a half of a surrogate pair the replacement character.
std::string MendedJson(std::string_view text);

}  // namespace arena::rate
