#include "common/base/random.h"

#include <openssl/rand.h>

#include <array>
#include <cstdlib>

namespace arena {

uint64_t Random::Below(uint64_t bound) {
  // Values at or above the largest multiple of `bound` would favour small results; draw again.
  const uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  uint64_t bits = Bits();
  while (bits >= limit) bits = Bits();
  return bits % bound;
}

uint64_t SecureRandom::Bits() {
  // One system call a thread and 512 draws.
  thread_local std::array<uint64_t, 512> buffer;
  thread_local size_t next = buffer.size();
  if (next == buffer.size()) {
    const auto bytes = reinterpret_cast<unsigned char*>(buffer.data());
    if (RAND_bytes(bytes, static_cast<int>(sizeof(buffer))) != 1) std::abort();
    next = 0;
  }
  return buffer[next++];
}

uint64_t SeededRandom::Bits() {
  uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

}  // namespace arena
