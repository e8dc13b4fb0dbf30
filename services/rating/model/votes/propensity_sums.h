#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "services/rating/model/settings.h"
#include "services/rating/model/votes/outcome.h"
#include "services/rating/model/votes/pair_terms.h"

namespace arena::rating {

// What a vote weighs whose pair was drawn with this probability, in (0, 1]: its inverse, but at
// most a million.
double PropensityWeight(double probability);

// Sums of the weights 1 / P(draw), and of their squares, for each pair and outcome: what
// inverse-propensity boards need beside the counts. Sums are integers (multiples of 2^-32), so
// taking a vote back is exact as it is in PairCounts.
class PropensitySums {
 public:
  void Add(uint32_t left, uint32_t right, Outcome outcome, double probability, int64_t sign = 1);

  // As TermsOf for counts, over `models`.
  std::vector<PairTerm> Terms(std::span<const uint32_t> models, TieRule ties) const;

 private:
  struct Sum {
    __int128 weight = 0;
    __int128 squared = 0;
  };
  // Won by the smaller index, by the larger, tied.
  using Cells = std::array<Sum, 3>;

  std::vector<Cells> pairs_;
  uint32_t size_ = 0;
};

}  // namespace arena::rating
