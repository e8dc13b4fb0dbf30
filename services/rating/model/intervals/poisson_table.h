#pragma once

#include <cstdint>
#include <vector>

namespace arena::rating {

// Draws from the Poisson distribution of one mean in constant time, by Vose's alias method (1991).
// Tails below 1e-10 of the mode are cut. Built with basic operations only: the same everywhere.
class PoissonTable {
 public:
  // A whole mean of at least 1. Above 10^7 the table of 10^7 is stretched, which is exact enough:
  // the distribution is a normal one to three parts in ten thousand of its deviation.
  explicit PoissonTable(int64_t mean);

  // A draw from 64 random bits.
  double Draw(uint64_t bits) const {
    const Entry& entry = entries_[bits >> shift_];
    const uint32_t index = static_cast<uint32_t>(bits >> shift_);
    const uint32_t chosen = static_cast<uint32_t>(bits) < entry.cut ? index : entry.alias;
    return first_ + scale_ * static_cast<double>(chosen);
  }

 private:
  struct Entry {
    uint32_t cut = 0;
    uint32_t alias = 0;
  };

  std::vector<Entry> entries_;
  int shift_ = 63;
  double first_ = 0;
  double scale_ = 1;
};

}  // namespace arena::rating
