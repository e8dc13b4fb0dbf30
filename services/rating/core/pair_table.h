#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/rating/model/model_index.h"
#include "services/rating/model/pair_counts.h"

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

// {"models":[names],"pairs":[[a, b, wins_a, wins_b, ties, both_bad]]}: a pair is six numbers, since
// a board of 300 models has 45,000 of them.
std::string PairTableJson(const PairTable& table);
// DATA_LOSS for anything that PairTableJson does not write.
absl::StatusOr<PairTable> ParsePairTable(std::string_view json);

}  // namespace arena::rating
