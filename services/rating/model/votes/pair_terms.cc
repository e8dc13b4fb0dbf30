#include "services/rating/model/votes/pair_terms.h"

#include <algorithm>

namespace arena::rating {
namespace {

// Pairs whose counts are asked for before they are read.
constexpr uint32_t kAhead = 12;

// 1 / max(n, 50): pairs that met often do not outweigh the rest, and rare ones do not either.
double WeightOf(int64_t votes, Weights weights) {
  if (weights != Weights::kPair) return 1.0;
  return 1.0 / static_cast<double>(std::max<int64_t>(votes, 50));
}

}  // namespace

std::vector<PairCells> CellsOf(const PairCounts& counts, std::span<const uint32_t> models,
                               TieRule ties, Weights weights) {
  std::vector<PairCells> cells;
  // As many as there can be, rather than twice as many on the way there.
  const auto pairs = static_cast<int64_t>(models.size() * (models.size() - 1) / 2);
  cells.reserve(static_cast<size_t>(std::clamp<int64_t>(counts.total(), 0, pairs)));
  for (uint32_t i = 0; i < models.size(); ++i) {
    for (uint32_t j = i + 1; j < models.size(); ++j) {
      // Models by name are anywhere in memory.
      if (j + kAhead < models.size()) counts.PrefetchTotals(models[i], models[j + kAhead]);
      const PairTotals totals = counts.Totals(models[i], models[j]);
      const int64_t tied = ties == TieRule::kDrop ? 0 : totals.ties + totals.both_bad;
      const int64_t votes = totals.wins_a + totals.wins_b + tied;
      if (votes == 0) continue;
      cells.push_back({.first = i,
                       .second = j,
                       .wins = totals.wins_a,
                       .losses = totals.wins_b,
                       .ties = tied,
                       .weight = WeightOf(votes, weights)});
    }
  }
  return cells;
}

std::vector<PairTerm> TermsOf(std::span<const PairCells> cells) {
  std::vector<PairTerm> terms;
  terms.reserve(cells.size());
  for (const PairCells& pair : cells) {
    const double w = pair.weight;
    PairTerm term{.first = pair.first, .second = pair.second};
    term.wins = w * static_cast<double>(pair.wins);
    term.losses = w * static_cast<double>(pair.losses);
    term.ties = w * static_cast<double>(pair.ties);
    term.wins_squared = w * term.wins;
    term.losses_squared = w * term.losses;
    term.ties_squared = w * term.ties;
    terms.push_back(term);
  }
  return terms;
}

std::vector<BeatOrTied> Edges(std::span<const PairTerm> terms) {
  std::vector<BeatOrTied> edges;
  edges.reserve(2 * terms.size());
  for (const PairTerm& term : terms) {
    if (term.FirstScore() > 0) edges.push_back({term.first, term.second});
    if (term.SecondScore() > 0) edges.push_back({term.second, term.first});
  }
  return edges;
}

}  // namespace arena::rating
