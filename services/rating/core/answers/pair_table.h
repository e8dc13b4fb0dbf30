#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/rating/model/votes/model_index.h"
#include "services/rating/model/votes/pair_counts.h"

namespace arena::rating {

// The outcome counts of all pairs of a board that have met.
struct PairTable {
  struct Pair {
    // Indices into `models`; a < b.
    uint32_t a = 0;
    uint32_t b = 0;
    PairTotals totals;
  };

  // Sorted by the bytes of the names.
  std::vector<std::string> models;
  // By a, then b.
  std::vector<Pair> pairs;
};

// Independent of the order in which models appeared.
PairTable MakePairTable(const ModelIndex& models, const PairCounts& counts);

}  // namespace arena::rating
