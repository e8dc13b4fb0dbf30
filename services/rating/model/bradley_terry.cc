#include "services/rating/model/bradley_terry.h"

#include <algorithm>
#include <cmath>

#include "services/rating/model/numeric.h"

namespace arena::rating {
namespace {

constexpr double kTargetDecrement = 1e-6;
constexpr int kMaxSteps = 500;
// Beyond this spread e^θ leaves the range of doubles, and each pair takes its own exponential.
constexpr double kMaxSpread = 600.0;

double Spread(std::span<const double> theta) {
  const auto [low, high] = std::ranges::minmax_element(theta);
  return *high - *low;
}

double Dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

std::vector<PairProbability> Probabilities(std::span<const PairTerm> terms,
                                           std::span<const double> theta) {
  std::vector<PairProbability> probabilities(terms.size());
  if (Spread(theta) > kMaxSpread) {
    for (size_t t = 0; t < terms.size(); ++t) {
      const double difference = theta[terms[t].first] - theta[terms[t].second];
      probabilities[t] = {Logistic(difference), Logistic(-difference)};
    }
    return probabilities;
  }
  // With γ = e^θ a pair costs one division and no exponential.
  const auto [low, high] = std::ranges::minmax_element(theta);
  const double center = 0.5 * (*low + *high);
  std::vector<double> gamma(theta.size());
  for (size_t i = 0; i < theta.size(); ++i) gamma[i] = Exp(theta[i] - center);
  for (size_t t = 0; t < terms.size(); ++t) {
    const double first = gamma[terms[t].first];
    const double second = gamma[terms[t].second];
    const double scale = 1.0 / (first + second);
    probabilities[t] = {first * scale, second * scale};
  }
  return probabilities;
}

std::vector<double> Gradient(uint32_t models, std::span<const PairTerm> terms,
                             std::span<const PairProbability> probabilities) {
  std::vector<double> gradient(models);
  for (size_t t = 0; t < terms.size(); ++t) {
    const PairTerm& term = terms[t];
    const PairProbability& p = probabilities[t];
    const double residual = term.FirstScore() * p.second - term.SecondScore() * p.first;
    gradient[term.first] += residual;
    gradient[term.second] -= residual;
  }
  return gradient;
}

Matrix GroundedInformation(uint32_t models, std::span<const PairTerm> terms,
                           std::span<const PairProbability> probabilities, uint32_t ground) {
  Matrix information(models);
  for (size_t t = 0; t < terms.size(); ++t) {
    const PairTerm& term = terms[t];
    const double votes = term.wins + term.losses + term.ties;
    const double h = votes * probabilities[t].first * probabilities[t].second;
    information(term.first, term.first) += h;
    information(term.second, term.second) += h;
    information(term.first, term.second) = -h;
    information(term.second, term.first) = -h;
  }
  for (uint32_t i = 0; i < models; ++i) information(i, ground) = information(ground, i) = 0.0;
  information(ground, ground) = 1.0;
  return information;
}

uint32_t GroundOf(uint32_t models, std::span<const PairTerm> terms) {
  std::vector<double> votes(models);
  for (const PairTerm& term : terms) {
    votes[term.first] += term.wins + term.losses + term.ties;
    votes[term.second] += term.wins + term.losses + term.ties;
  }
  return static_cast<uint32_t>(std::ranges::max_element(votes) - votes.begin());
}

absl::StatusOr<BradleyTerryFit> FitBradleyTerry(uint32_t models, std::span<const PairTerm> terms) {
  const uint32_t ground = GroundOf(models, terms);
  BradleyTerryFit fit{.theta = std::vector<double>(models)};
  std::vector<double> step(models);
  double last_decrement = INFINITY;
  double last_damping = 1.0;
  bool is_careful = false;
  while (fit.steps < kMaxSteps) {
    const auto probabilities = Probabilities(terms, fit.theta);
    std::vector<double> gradient = Gradient(models, terms, probabilities);
    gradient[ground] = 0.0;
    Matrix information = GroundedInformation(models, terms, probabilities, ground);
    if (!FactorCholesky(information)) break;
    std::vector<double> next_step = gradient;
    SolveCholesky(information, next_step);
    fit.decrement = std::sqrt(std::max(0.0, Dot(gradient, next_step)));

    // A full step that made things worse is shortened to one that is proven to raise the
    // likelihood, and all later steps are chosen so: t = ln(1 + β) / β with β the largest change of
    // a difference (Sun and Tran-Dinh 2019, generalized self-concordance of order 2; logistic loss
    // has M = 1).
    const double beta = Spread(step);
    if (!is_careful && fit.decrement > last_decrement) {
      is_careful = true;
      const double shorter = Log(1.0 + beta) / beta;
      for (uint32_t i = 0; i < models; ++i) fit.theta[i] -= (1.0 - shorter) * step[i];
      last_decrement = INFINITY;
      ++fit.steps;
      continue;
    }
    step = next_step;
    const double next_beta = Spread(step);
    last_damping = is_careful && next_beta > 0.5 ? Log(1.0 + next_beta) / next_beta : 1.0;
    for (uint32_t i = 0; i < models; ++i) fit.theta[i] += last_damping * step[i];
    last_decrement = fit.decrement;
    ++fit.steps;
    if (fit.decrement <= kTargetDecrement && last_damping == 1.0) return fit;
  }
  return absl::InternalError("the Bradley-Terry fit does not converge");
}

}  // namespace arena::rating
