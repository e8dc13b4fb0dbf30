#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace arena::rating {

// Sums whose bits do not depend on the order of their terms: each term is rounded to a multiple of
// 2^-s and added as an integer. s is the finest that cannot overflow, and follows from how many
// terms there are and how large the largest is, which know no order either. A sum of n terms up to
// B is off by at most n² B 2^-60, and that only if all roundings agree.
class FixedPoint {
 public:
  // A sum of nothing.
  FixedPoint() : FixedPoint(1.0, 1) {}
  // For at most `count` terms from -`largest` to `largest`.
  FixedPoint(double largest, uint64_t count) {
    // Terms below 2^magnitude; a term has at most 51 bits and a sum 62.
    const int magnitude = std::ilogb(std::max(largest, 1e-60)) + 1;
    const int bits = std::min(50, 61 - static_cast<int>(std::bit_width(count)));
    unit_ = std::ldexp(1.0, magnitude - bits);
    magic_ = 0x1.8p52 * unit_;
  }

  // The term as an integer, to be added to others with wrapping: adding the magic number leaves
  // x / unit, rounded, in the low bits.
  uint64_t operator()(double x) const {
    return std::bit_cast<uint64_t>(x + magic_) - std::bit_cast<uint64_t>(magic_);
  }
  // The same in two steps, for long sums: Lowered(Σ Lifted(x), terms) is what the terms add up to.
  uint64_t Lifted(double x) const { return std::bit_cast<uint64_t>(x + magic_); }
  uint64_t Lowered(uint64_t sum, uint64_t terms) const {
    return sum - terms * std::bit_cast<uint64_t>(magic_);
  }
  double Value(uint64_t sum) const {
    return static_cast<double>(static_cast<int64_t>(sum)) * unit_;
  }

 private:
  double unit_;
  double magic_;
};

}  // namespace arena::rating
