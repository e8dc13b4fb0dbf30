#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "services/rating/model/votes/pair_terms.h"

namespace arena::rating {

// What an iteration over pairs reads, in arrays: who met and what each scored (wins and half the
// ties, weighted). By first, then second model.
struct PairScores {
  std::vector<uint32_t> first;
  std::vector<uint32_t> second;
  std::vector<double> first_score;
  std::vector<double> second_score;

  explicit PairScores(std::span<const PairTerm> terms);
  PairScores() = default;
  size_t size() const { return first.size(); }
};

// γ = e^θ around the middle of θ, so that a pair costs one division and no exponential. False when
// θ spreads so far that γ would leave the range of doubles.
bool Strengths(std::span<const double> theta, std::vector<double>& gamma);

// gradient = Σ_j (s_ij - n_ij p_ij) for each model, from γ.
void ScoreGradient(const PairScores& pairs, const std::vector<double>& gamma,
                   std::vector<double>& gradient);

}  // namespace arena::rating
