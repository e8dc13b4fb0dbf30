#pragma once

#include <cstddef>
#include <cstdint>

namespace arena::rating {

// Where the pair of models `low` < `high` stands in a triangle that grows by whole columns, so that
// a new model moves nothing; PairOf(0, n) pairs are among n models.
inline size_t PairOf(uint32_t low, uint32_t high) {
  return static_cast<size_t>(high) * (high - 1) / 2 + low;
}

}  // namespace arena::rating
