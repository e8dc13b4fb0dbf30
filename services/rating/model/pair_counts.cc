#include "services/rating/model/pair_counts.h"

#include <algorithm>

namespace arena::rating {

void PairCounts::Grow(uint32_t index) {
  size_ = index + 1;
  pairs_.resize(PairOf(0, size_));
}

int64_t PairCounts::Count(uint32_t left, uint32_t right, Outcome outcome) const {
  const auto [low, high] = std::minmax(left, right);
  if (high >= size_ || low == high) return 0;
  const size_t side = left == low ? 0 : kOutcomes;
  return pairs_[PairOf(low, high)][side + static_cast<size_t>(outcome)];
}

PairTotals PairCounts::Totals(uint32_t a, uint32_t b) const {
  const auto both_ways = [&](Outcome outcome) {
    return Count(a, b, outcome) + Count(b, a, Mirrored(outcome));
  };
  return {.wins_a = both_ways(Outcome::kLeft),
          .wins_b = both_ways(Outcome::kRight),
          .ties = both_ways(Outcome::kTie),
          .both_bad = both_ways(Outcome::kBothBad)};
}

int64_t PairCounts::VotesOf(uint32_t model) const {
  int64_t votes = 0;
  for (uint32_t other = 0; other < size_; ++other) {
    if (other != model) votes += Totals(model, other).Total();
  }
  return votes;
}

bool operator==(const PairCounts& a, const PairCounts& b) {
  // A model whose votes are all taken back leaves a column of zeros, which is no difference.
  const bool a_is_shorter = a.pairs_.size() < b.pairs_.size();
  const auto& shorter = a_is_shorter ? a.pairs_ : b.pairs_;
  const auto& longer = a_is_shorter ? b.pairs_ : a.pairs_;
  const auto rest = longer.begin() + static_cast<std::ptrdiff_t>(shorter.size());
  return std::equal(shorter.begin(), shorter.end(), longer.begin()) &&
         std::all_of(rest, longer.end(),
                     [](const PairCounts::Cells& cells) { return cells == PairCounts::Cells{}; });
}

}  // namespace arena::rating
