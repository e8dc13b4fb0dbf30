#pragma once

#include <cstdint>
#include <memory>

namespace arena {

// Randomness, as a parameter. Not shared by threads unless an implementation says so.
class Random {
 public:
  virtual ~Random() = default;
  // 64 uniform bits.
  virtual uint64_t Bits() = 0;

  // Uniform in [0, bound), without bias; bound > 0.
  uint64_t Below(uint64_t bound);
};

// The operating system's randomness, buffered; one object may be shared by threads. Draws use it,
// since a draw that can be foretold can be aimed at.
class SecureRandom : public Random {
 public:
  uint64_t Bits() override;
};

// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same numbers everywhere. For tests,
// simulations and demonstrations.
class SeededRandom : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}
  uint64_t Bits() override;

 private:
  uint64_t state_;
};

}  // namespace arena
