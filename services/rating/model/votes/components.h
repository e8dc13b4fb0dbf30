#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace arena::rating {

// "`winner` has beaten or tied with `loser`."
struct BeatOrTied {
  uint32_t winner = 0;
  uint32_t loser = 0;
};

// The strongly connected parts of the graph over 0 … size-1, each ascending. A Bradley-Terry
// maximum exists exactly within such a part (Ford 1957); Tarjan's algorithm (1972), without
// recursion.
std::vector<std::vector<uint32_t>> StronglyConnectedParts(uint32_t size,
                                                          std::span<const BeatOrTied> edges);

}  // namespace arena::rating
