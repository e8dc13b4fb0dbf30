#include "services/rating/model/votes/propensity_sums.h"

#include <algorithm>
#include <cstddef>

#include "services/rating/model/votes/pair_triangle.h"

namespace arena::rating {
namespace {

constexpr double kUnit = 0x1p32;
constexpr double kLargestWeight = 1e6;

// The nearest multiple of the unit: both factors are below 2^72, and a double holds 53 bits of
// that.
__int128 ToFixed(double value) { return static_cast<__int128>(value * kUnit + 0.5); }

double ToDouble(__int128 sum) { return static_cast<double>(sum) / kUnit; }

}  // namespace

double PropensityWeight(double probability) { return std::min(1.0 / probability, kLargestWeight); }

void PropensitySums::Add(uint32_t left, uint32_t right, Outcome outcome, double probability,
                         int64_t sign) {
  const auto [low, high] = std::minmax(left, right);
  if (high >= size_) {
    size_ = high + 1;
    pairs_.resize(PairOf(0, size_));
  }
  const Outcome seen = left == low ? outcome : Mirrored(outcome);
  const size_t cell = std::min(static_cast<size_t>(seen), size_t{2});
  const double weight = PropensityWeight(probability);
  Sum& sum = pairs_[PairOf(low, high)][cell];
  sum.weight += sign * ToFixed(weight);
  sum.squared += sign * ToFixed(weight * weight);
}

std::vector<PairTerm> PropensitySums::Terms(std::span<const uint32_t> models, TieRule ties) const {
  std::vector<PairTerm> terms;
  for (uint32_t i = 0; i < models.size(); ++i) {
    for (uint32_t j = i + 1; j < models.size(); ++j) {
      const auto [low, high] = std::minmax(models[i], models[j]);
      if (high >= size_) continue;
      const Cells& cells = pairs_[PairOf(low, high)];
      const Sum& wins = cells[models[i] == low ? 0 : 1];
      const Sum& losses = cells[models[i] == low ? 1 : 0];
      PairTerm term{.first = i, .second = j};
      term.wins = ToDouble(wins.weight);
      term.wins_squared = ToDouble(wins.squared);
      term.losses = ToDouble(losses.weight);
      term.losses_squared = ToDouble(losses.squared);
      if (ties != TieRule::kDrop) {
        term.ties = ToDouble(cells[2].weight);
        term.ties_squared = ToDouble(cells[2].squared);
      }
      if (term.wins + term.losses + term.ties > 0) terms.push_back(term);
    }
  }
  return terms;
}

}  // namespace arena::rating
