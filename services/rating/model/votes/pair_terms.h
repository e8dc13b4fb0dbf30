#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "services/rating/model/settings.h"
#include "services/rating/model/votes/components.h"
#include "services/rating/model/votes/pair_counts.h"

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

// The exact counts behind a term: wins of the first, of the second, and ties, all of one weight.
struct PairCells {
  uint32_t first = 0;
  uint32_t second = 0;
  int64_t wins = 0;
  int64_t losses = 0;
  int64_t ties = 0;
  double weight = 1.0;
};

// The pairs among `models` (dense indices of `counts`; cells number them 0, 1, … in the order
// given) that have votes, by first, then second. Integers sum exactly, so nothing depends on the
// order of the votes. Ties of both kinds are ties, or are left out with TieRule::kDrop. With
// Weights::kPair a vote weighs 1 / max(n, 50), n the votes of its pair.
std::vector<PairCells> CellsOf(const PairCounts& counts, std::span<const uint32_t> models,
                               TieRule ties, Weights weights);

std::vector<PairTerm> TermsOf(std::span<const PairCells> cells);

// Who has beaten or tied with whom.
std::vector<BeatOrTied> Edges(std::span<const PairTerm> terms);

// The pairs (cells or terms) within `part`, a set of models in ascending order, renumbered 0, 1, …
// within it. Whoever needs `pairs` no longer moves them in, and they are picked where they stand.
template <typename Pair>
std::vector<Pair> Within(std::span<const uint32_t> part, uint32_t models, std::vector<Pair> pairs) {
  constexpr uint32_t kOutside = UINT32_MAX;
  std::vector<uint32_t> number(models, kOutside);
  for (uint32_t k = 0; k < part.size(); ++k) number[part[k]] = k;
  size_t within = 0;
  for (Pair pair : pairs) {
    pair.first = number[pair.first];
    pair.second = number[pair.second];
    if (pair.first != kOutside && pair.second != kOutside) pairs[within++] = pair;
  }
  pairs.resize(within);
  return pairs;
}

}  // namespace arena::rating
