#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "services/rating/model/numeric/cholesky.h"
#include "services/rating/model/votes/pair_terms.h"

namespace arena::rating {

// A fit ends at most so far from its maximum, as a Newton decrement.
inline constexpr double kTargetDecrement = 1e-6;

// A Bradley-Terry maximum: p(i beats j) = 1 / (1 + e^(θj - θi)), ties half a win to each.
struct BradleyTerryFit {
  // Log-strengths; only differences mean something.
  std::vector<double> theta;
  // Newton decrement λ = √(gᵀH⁺g) before the last step: no rating was off by more than λ of its own
  // standard errors then, and the last step left a small part of that.
  double decrement = 0;
  int steps = 0;
};

// Probability of the first model of each term, p, and of the second, 1 - p, without cancellation.
struct PairProbability {
  double first = 0.5;
  double second = 0.5;
};
std::vector<PairProbability> Probabilities(std::span<const PairTerm> terms,
                                           std::span<const double> theta);

// The negative Hessian of the log-likelihood at θ, a graph Laplacian with weights n p (1 - p), made
// positive definite by grounding: row and column `ground` are those of the identity. Only the upper
// triangle is set, for FactorCholesky.
Matrix GroundedInformation(uint32_t models, std::span<const PairTerm> terms,
                           std::span<const double> theta, uint32_t ground);

// The model with the most votes, first of equals: grounding there keeps the matrix well
// conditioned.
uint32_t GroundOf(uint32_t models, std::span<const PairTerm> terms);

// Solves cold and deterministically, from θ = 0. The models must be strongly connected by `terms`.
// INTERNAL when it does not converge, which a strongly connected graph rules out but for overflow.
absl::StatusOr<BradleyTerryFit> FitBradleyTerry(uint32_t models, std::span<const PairTerm> terms);

}  // namespace arena::rating
