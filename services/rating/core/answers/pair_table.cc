#include "services/rating/core/answers/pair_table.h"

namespace arena::rating {

PairTable MakePairTable(const ModelIndex& models, const PairCounts& counts) {
  const std::vector<uint32_t> by_name = models.ByName();
  PairTable table;
  std::vector<bool> has_votes(by_name.size());
  for (uint32_t a = 0; a < by_name.size(); ++a) {
    for (uint32_t b = a + 1; b < by_name.size(); ++b) {
      const PairTotals totals = counts.Totals(by_name[a], by_name[b]);
      if (totals.Total() == 0) continue;
      table.pairs.push_back({.a = a, .b = b, .totals = totals});
      has_votes[a] = has_votes[b] = true;
    }
  }
  // A model whose votes were all taken back is as if it had never had one.
  std::vector<uint32_t> row_of(by_name.size());
  for (uint32_t i = 0; i < by_name.size(); ++i) {
    row_of[i] = static_cast<uint32_t>(table.models.size());
    if (has_votes[i]) table.models.push_back(models.Name(by_name[i]));
  }
  for (PairTable::Pair& pair : table.pairs) {
    pair.a = row_of[pair.a];
    pair.b = row_of[pair.b];
  }
  return table;
}

}  // namespace arena::rating
