#include "services/rating/model/fit/live_fit.h"

#include <algorithm>
#include <cmath>

#include "common/base/status_macros.h"

namespace arena::rating {
namespace {

constexpr double kContraction = 0.2;
constexpr int kMaxRefitSteps = 30;

// Ties as half wins: all that the curvature asks for.
std::vector<PairTerm> TermsOfScores(const PairScores& pairs) {
  std::vector<PairTerm> terms(pairs.size());
  for (size_t t = 0; t < terms.size(); ++t) {
    terms[t] = {.first = pairs.first[t],
                .second = pairs.second[t],
                .wins = pairs.first_score[t],
                .losses = pairs.second_score[t]};
  }
  return terms;
}

}  // namespace

absl::StatusOr<LiveFit> LiveFit::Start(uint32_t models, std::span<const PairTerm> terms) {
  ARENA_ASSIGN_OR_RETURN(BradleyTerryFit fit, FitBradleyTerry(models, terms));
  LiveFit live(models, std::move(fit));
  if (!live.Factor(terms)) return absl::InternalError("the information matrix is singular");
  live.factorizations_ = 0;
  return live;
}

absl::Status LiveFit::Refit(const PairScores& pairs) {
  std::vector<double> gamma, gradient, step;
  fit_.steps = 0;
  double last_decrement = INFINITY;
  while (fit_.steps < kMaxRefitSteps && Strengths(fit_.theta, gamma)) {
    ScoreGradient(pairs, gamma, gradient);
    MultiplySymmetric(inverse_, gradient, step);
    double squared = 0;
    for (uint32_t m = 0; m < models_; ++m) squared += step[m] * gradient[m];
    fit_.decrement = std::sqrt(std::max(0.0, squared));
    // The decrement is measured with the H at hand, so a stale one must not end the iteration: the
    // contraction says how stale it is.
    if (fit_.decrement > kContraction * last_decrement) {
      if (!Factor(TermsOfScores(pairs))) break;
      last_decrement = INFINITY;
      ++fit_.steps;
      continue;
    }
    // What is left after this step is the share by which the last one contracted.
    const double contraction =
        last_decrement < INFINITY ? fit_.decrement / last_decrement : kContraction;
    for (uint32_t m = 0; m < models_; ++m) fit_.theta[m] += step[m];
    last_decrement = fit_.decrement;
    ++fit_.steps;
    if (contraction * fit_.decrement <= kTargetDecrement) return absl::OkStatus();
  }
  // Far from the last maximum: begin again.
  const std::vector<PairTerm> terms = TermsOfScores(pairs);
  ARENA_ASSIGN_OR_RETURN(fit_, FitBradleyTerry(models_, terms));
  return Factor(terms) ? absl::OkStatus()
                       : absl::InternalError("the information matrix is singular");
}

bool LiveFit::Factor(std::span<const PairTerm> terms) {
  const uint32_t ground = GroundOf(models_, terms);
  Matrix information = GroundedInformation(models_, terms, fit_.theta, ground);
  ++factorizations_;
  if (!FactorCholesky(information)) return false;
  inverse_ = InvertCholesky(information);
  inverse_(ground, ground) = 0.0;
  return true;
}

}  // namespace arena::rating
