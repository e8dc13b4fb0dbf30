#pragma once

#include <span>
#include <vector>

namespace arena::rating {

// A rank and the ranks that the uncertainty allows, all from 1.
struct RankRange {
  int rank = 1;
  int best = 1;
  int worst = 1;
};

// By intervals: rank and best are 1 + #{k : lower_k > upper_m}; worst is the number of models less
// those that are surely behind, #{k : upper_k < lower_m}.
std::vector<RankRange> RanksByIntervals(std::span<const double> lower,
                                        std::span<const double> upper);

}  // namespace arena::rating
