#include "services/rating/model/intervals/covariance.h"

#include <algorithm>
#include <array>

#include "services/rating/model/fit/likelihood.h"
#include "services/rating/model/numeric/wide_lanes.h"

namespace arena::rating {
namespace {

// Models whose variances are summed side by side.
constexpr size_t kTile = 16;
using Tile = std::array<double, kTile>;

// sums[m] += Σ over pairs of weight * (tile[first][m] - tile[second][m])², pairs ascending.
template <typename Pair>
[[gnu::always_inline]] inline void AddSquaresLoop(std::span<const Pair> pairs, const Tile* tile,
                                                  Tile& sums) {
  Tile total = sums;
  for (const Pair& pair : pairs) {
    const double* __restrict first = tile[pair.first].data();
    const double* __restrict second = tile[pair.second].data();
    for (size_t m = 0; m < kTile; ++m) {
      const double difference = first[m] - second[m];
      total[m] += pair.weight * (difference * difference);
    }
  }
  sums = total;
}

template <typename Pair>
void AddSquaresNarrow(std::span<const Pair> pairs, const Tile* tile, Tile& sums) {
  AddSquaresLoop(pairs, tile, sums);
}

template <typename Pair>
ARENA_WIDE void AddSquaresWide(std::span<const Pair> pairs, const Tile* tile, Tile& sums) {
  AddSquaresLoop(pairs, tile, sums);
}

}  // namespace

Sandwich::Sandwich(uint32_t models, std::span<const PairTerm> terms,
                   std::span<const double> theta) {
  const auto probabilities = Probabilities(terms, theta);
  meat_.reserve(terms.size());
  for (size_t t = 0; t < terms.size(); ++t) {
    const PairTerm& term = terms[t];
    const auto [p, q] = probabilities[t];
    const double tie = 0.5 * (q - p);  // ½ - p
    const double weight =
        term.wins_squared * q * q + term.losses_squared * p * p + term.ties_squared * tie * tie;
    meat_.push_back({term.first, term.second, weight});
  }
  const uint32_t ground = GroundOf(models, terms);
  Matrix information = GroundedInformation(models, terms, theta, ground);
  is_valid_ = FactorCholesky(information);
  if (!is_valid_) return;
  inverse_ = InvertCholesky(information);
  inverse_(ground, ground) = 0.0;
}

std::vector<double> Sandwich::Variances(std::span<const double> gauge) const {
  const size_t n = inverse_.size();
  // Column i of the gauge's share: (aᵀG)_i.
  std::vector<double> share(n);
  for (size_t k = 0; k < n; ++k) {
    if (gauge[k] == 0.0) continue;
    for (size_t i = 0; i < n; ++i) share[i] += gauge[k] * inverse_(k, i);
  }
  // Var_m = Σ over pairs of weight * (v_mi - v_mj)² with v_m = (e_m - a)ᵀG: a sum of squares, so no
  // cancellation can make it negative.
  std::vector<double> variances(n);
  std::vector<Tile> tile(n);
  const auto add_squares = PickLanes(AddSquaresWide<Meat>, AddSquaresNarrow<Meat>);
  for (size_t begin = 0; begin < n; begin += kTile) {
    const size_t width = std::min(kTile, n - begin);
    for (size_t i = 0; i < n; ++i) {
      for (size_t m = 0; m < width; ++m) tile[i][m] = inverse_(i, begin + m) - share[i];
    }
    Tile sums{};
    add_squares(meat_, tile.data(), sums);
    for (size_t m = 0; m < width; ++m) variances[begin + m] = sums[m];
  }
  return variances;
}

Matrix Sandwich::Covariance(std::span<const double> gauge) const {
  Matrix meat(inverse_.size());
  for (const Meat& pair : meat_) AddDifference(meat, pair.first, pair.second, pair.weight);
  return InGauge(Multiply(Multiply(inverse_, meat), inverse_), gauge);
}

}  // namespace arena::rating
