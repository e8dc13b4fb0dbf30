#include "services/rating/model/fit/likelihood.h"

#include <algorithm>
#include <cmath>

#include "common/base/status_macros.h"
#include "services/rating/model/fit/bradley_terry.h"
#include "services/rating/model/numeric/numeric.h"

namespace arena::rating {
namespace {

constexpr int kMaxNewtonSteps = 100;
// Coefficients are per standard deviation; one of ten logits is on its way to infinity.
constexpr double kLargestCoefficient = 10.0;

absl::Status NoMaximum() {
  return absl::FailedPreconditionError("the coefficients have no finite maximum");
}

// Strengths are free up to a constant: grounds the model with the most information.
uint32_t Ground(Matrix& information, uint32_t models) {
  uint32_t ground = 0;
  for (uint32_t m = 1; m < models; ++m) {
    if (information(m, m) > information(ground, ground)) ground = m;
  }
  for (size_t i = 0; i < information.size(); ++i) {
    information(i, ground) = information(ground, i) = 0.0;
  }
  information(ground, ground) = 1.0;
  return ground;
}

// The largest change of any logit that a step can make with features of about one.
double Reach(std::span<const double> step, uint32_t models) {
  const auto [low, high] = std::ranges::minmax_element(step.first(models));
  double reach = *high - *low;
  for (const double coefficient : step.subspan(models)) reach += std::abs(coefficient);
  return reach;
}

// A generalized inverse: zeros at the ground.
absl::StatusOr<Matrix> InverseInformation(const Likelihood& likelihood,
                                          std::span<const double> parameters) {
  std::vector<double> gradient;
  Matrix information(likelihood.size());
  likelihood.Evaluate(parameters, gradient, information);
  const uint32_t ground = Ground(information, likelihood.models());
  if (!FactorCholesky(information)) return NoMaximum();
  Matrix inverse = InvertCholesky(information);
  inverse(ground, ground) = 0.0;
  return inverse;
}

}  // namespace

absl::StatusOr<LikelihoodFit> MaximizeLikelihood(const Likelihood& likelihood) {
  const uint32_t models = likelihood.models();
  LikelihoodFit fit{.parameters = likelihood.Start()};
  std::vector<double> gradient;
  Matrix information(likelihood.size());
  bool is_careful = false;
  double last_decrement = INFINITY;
  while (fit.steps < kMaxNewtonSteps) {
    likelihood.Evaluate(fit.parameters, gradient, information);
    const uint32_t ground = Ground(information, models);
    gradient[ground] = 0.0;
    if (!FactorCholesky(information)) return NoMaximum();
    std::vector<double> step = gradient;
    SolveCholesky(information, step);
    double squared = 0;
    for (size_t i = 0; i < step.size(); ++i) squared += step[i] * gradient[i];
    fit.decrement = std::sqrt(std::max(0.0, squared));
    // Once a full step has not helped, steps are shortened as in FitBradleyTerry.
    is_careful = is_careful || fit.decrement > last_decrement;
    last_decrement = fit.decrement;
    const double reach = Reach(step, models);
    double length = is_careful && reach > 0.5 ? Log(1.0 + reach) / reach : 1.0;
    std::vector<double> next(step.size());
    while (true) {
      for (size_t i = 0; i < step.size(); ++i) next[i] = fit.parameters[i] + length * step[i];
      if (likelihood.IsInside(next)) break;
      length *= 0.5;
    }
    fit.parameters = next;
    ++fit.steps;
    if (fit.decrement <= kTargetDecrement && length == 1.0) break;
  }
  if (fit.decrement > kTargetDecrement) return NoMaximum();
  for (size_t k = models; k < fit.parameters.size(); ++k) {
    if (std::abs(fit.parameters[k]) > kLargestCoefficient) return NoMaximum();
  }
  return fit;
}

absl::StatusOr<Matrix> SandwichOf(const Likelihood& likelihood, std::span<const double> parameters,
                                  std::span<const double> gauge) {
  ARENA_ASSIGN_OR_RETURN(Matrix bread, InverseInformation(likelihood, parameters));
  // Each product takes the place of the one before: matrices weigh more than all sums over votes.
  Matrix product = likelihood.Meat(parameters);
  product = Multiply(bread, product);
  product = Multiply(product, bread);
  bread = Matrix();
  return InGauge(product, gauge);
}

Matrix InGauge(const Matrix& covariance, std::span<const double> gauge) {
  const size_t n = covariance.size(), models = gauge.size();
  // (aᵀC)_j, and (aᵀC)a for the strengths.
  std::vector<double> share(n);
  for (size_t k = 0; k < models; ++k) {
    if (gauge[k] == 0.0) continue;
    for (size_t j = 0; j < n; ++j) share[j] += gauge[k] * covariance(k, j);
  }
  double level = 0;
  for (size_t k = 0; k < models; ++k) level += gauge[k] * share[k];
  Matrix moved(n);
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < n; ++j) {
      double value = covariance(i, j);
      if (i < models) value -= share[j];
      if (j < models) value -= share[i];
      if (i < models && j < models) value += level;
      moved(i, j) = value;
    }
  }
  return moved;
}

}  // namespace arena::rating
