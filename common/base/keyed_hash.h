#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace arena {

using Sha256Digest = std::array<uint8_t, 32>;

// SHA-256 of `text`.
Sha256Digest Sha256(std::string_view text);

// HMAC-SHA-256 of `text` under `key` (RFC 2104).
Sha256Digest KeyedHash(std::string_view key, std::string_view text);

// The first 16 bytes of KeyedHash as 32 hexadecimal digits: what we store of a voter.
std::string KeyedPseudonym(std::string_view key, std::string_view text);

}  // namespace arena
