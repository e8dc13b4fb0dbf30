#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "services/rating/model/fit/bradley_terry.h"
#include "services/rating/model/fit/pair_scores.h"
#include "services/rating/model/numeric/cholesky.h"
#include "services/rating/model/votes/pair_terms.h"

namespace arena::rating {

// A Bradley-Terry fit that follows its votes between publishes: it keeps θ and H⁻¹ of the last
// factorization and iterates θ += H⁻¹ g, which costs O(pairs + models²) a step; it factors again
// when a step stops contracting fivefold. For the matchmaker only: what is served is the cold fit,
// since this one depends on where it began. One group of models, the same from call to call.
class LiveFit {
 public:
  // `terms` connect all `models` strongly; INTERNAL as FitBradleyTerry.
  static absl::StatusOr<LiveFit> Start(uint32_t models, std::span<const PairTerm> terms);

  // Moves to the maximum for changed votes, which must still connect all models strongly, until
  // what is left is kTargetDecrement. fit() holds the decrement before the last step.
  absl::Status Refit(const PairScores& pairs);

  // θ, in no particular gauge.
  const std::vector<double>& theta() const { return fit_.theta; }
  const BradleyTerryFit& fit() const { return fit_; }
  // Factorizations since Start.
  int factorizations() const { return factorizations_; }

 private:
  LiveFit(uint32_t models, BradleyTerryFit fit) : models_(models), fit_(std::move(fit)) {}
  bool Factor(std::span<const PairTerm> terms);

  uint32_t models_;
  BradleyTerryFit fit_;
  Matrix inverse_;
  int factorizations_ = 0;
};

}  // namespace arena::rating
