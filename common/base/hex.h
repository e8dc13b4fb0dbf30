#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace arena {

// Lower-case hexadecimal digits, two a byte.
std::string ToHex(std::span<const uint8_t> bytes);

}  // namespace arena
