#include <algorithm>
#include <utility>

#include "services/rating/model/vote_likelihood.h"

namespace arena::rating {
namespace {

using Observation = VoteLikelihood::Observation;

float ScoreOf(Outcome outcome) {
  if (outcome == Outcome::kLeft) return 1.0f;
  return outcome == Outcome::kRight ? 0.0f : 0.5f;
}

bool IsTie(Outcome outcome) { return outcome == Outcome::kTie || outcome == Outcome::kBothBad; }

// 1 / max(n, 50), as for the cells of a pair.
double PairWeight(const PairCounts& counts, uint32_t a, uint32_t b, TieRule ties) {
  const PairTotals totals = counts.Totals(a, b);
  const int64_t votes = ties == TieRule::kDrop ? totals.wins_a + totals.wins_b : totals.Total();
  return 1.0 / static_cast<double>(std::max<int64_t>(votes, 50));
}

// Turns the vote so that the model with the smaller number comes first.
void Turn(Observation& o) {
  if (o.first < o.second) return;
  std::swap(o.first, o.second);
  o.score = 1.0f - o.score;
  for (float& feature : o.features) feature = -feature;
}

}  // namespace

std::vector<Observation> ObservationsOf(const PairCounts& counts, std::span<const uint32_t> models,
                                        TieRule ties, Weights weights) {
  std::vector<Observation> observations;
  for (uint32_t i = 0; i < models.size(); ++i) {
    for (uint32_t j = 0; j < models.size(); ++j) {
      if (i == j) continue;
      const double w =
          weights == Weights::kPair ? PairWeight(counts, models[i], models[j], ties) : 1.0;
      for (int o = 0; o < kOutcomes; ++o) {
        const auto outcome = static_cast<Outcome>(o);
        const int64_t votes = counts.Count(models[i], models[j], outcome);
        if (votes == 0 || (ties == TieRule::kDrop && IsTie(outcome))) continue;
        Observation observation{.first = i, .second = j, .score = ScoreOf(outcome)};
        observation.weight = w * static_cast<double>(votes);
        observation.squared_weight = w * observation.weight;
        observation.features[0] = 1.0f;
        Turn(observation);
        observations.push_back(observation);
      }
    }
  }
  return observations;
}

std::vector<Observation> ObservationsOf(const VoteTable& table, const PairCounts& counts,
                                        std::span<const uint32_t> models, TieRule ties,
                                        Weights weights) {
  constexpr uint32_t kOutside = UINT32_MAX;
  std::vector<uint32_t> number(counts.size(), kOutside);
  for (uint32_t m = 0; m < models.size(); ++m) number[models[m]] = m;
  std::vector<Observation> observations;
  for (const TableVote& vote : table.votes()) {
    const auto outcome = static_cast<Outcome>(vote.outcome);
    if (!vote.is_counted || (ties == TieRule::kDrop && IsTie(outcome))) continue;
    const uint32_t left = number[vote.left], right = number[vote.right];
    if (left == kOutside || right == kOutside) continue;
    Observation observation{.first = left, .second = right, .score = ScoreOf(outcome)};
    observation.cluster = vote.cluster;
    if (weights == Weights::kPropensity) observation.weight = double{vote.weight};
    if (weights == Weights::kPair) {
      observation.weight = PairWeight(counts, vote.left, vote.right, ties);
    }
    observation.squared_weight = observation.weight * observation.weight;
    observation.features[0] = 1.0f;
    for (size_t k = 0; k < kStyleFeatures; ++k) observation.features[1 + k] = vote.style[k];
    Turn(observation);
    observations.push_back(observation);
  }
  return observations;
}

}  // namespace arena::rating
