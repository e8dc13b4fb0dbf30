#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "services/rating/model/components.h"
#include "services/rating/model/pair_counts.h"
#include "services/rating/model/settings.h"

namespace arena::rating {

// One pair of models in a fit: what its votes sum up to, each with its weight w. `first` <
// `second`.
struct PairTerm {
  uint32_t first = 0;
  uint32_t second = 0;
  // Sums of w over the votes won by the first, by the second, and tied.
  double wins = 0;
  double losses = 0;
  double ties = 0;
  // Sums of w^2 over the same; the sandwich needs them.
  double wins_squared = 0;
  double losses_squared = 0;
  double ties_squared = 0;

  double FirstScore() const { return wins + 0.5 * ties; }
  double SecondScore() const { return losses + 0.5 * ties; }
};

// The pairs among `models` (dense indices of `counts`; terms number them 0, 1, … in the order
// given) that have votes, by first, then second. Integers sum exactly, so a term does not depend on
// the order of its votes. Ties of both kinds are ties, or are left out with TieRule::kDrop. Weights
// are kNone or kPair.
std::vector<PairTerm> PairTerms(const PairCounts& counts, std::span<const uint32_t> models,
                                TieRule ties, Weights weights);

// Who has beaten or tied with whom.
std::vector<BeatOrTied> Edges(std::span<const PairTerm> terms);

// The terms within `part`, a set of models in ascending order, renumbered 0, 1, … within it.
std::vector<PairTerm> TermsWithin(std::span<const PairTerm> terms, std::span<const uint32_t> part,
                                  uint32_t models);

}  // namespace arena::rating
