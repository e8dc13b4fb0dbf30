#include "services/rating/model/fit/bradley_terry.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "services/rating/model/fit/pair_scores.h"
#include "services/rating/model/numeric/numeric.h"

namespace arena::rating {
namespace {

constexpr double kRoundingDecrement = 1e-11;
constexpr int kMaxSteps = 500;
constexpr double kSmallDrift = 0.05;

double Spread(std::span<const double> theta) {
  const auto [low, high] = std::ranges::minmax_element(theta);
  return *high - *low;
}

double Dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// Calls `visit(term, probability)` for each term in order.
template <typename Visit>
void ForEachProbability(std::span<const PairTerm> terms, std::span<const double> theta,
                        Visit visit) {
  std::vector<double> gamma;
  if (!Strengths(theta, gamma)) {
    for (const PairTerm& term : terms) {
      const double difference = theta[term.first] - theta[term.second];
      visit(term, PairProbability{Logistic(difference), Logistic(-difference)});
    }
    return;
  }
  for (const PairTerm& term : terms) {
    const double first = gamma[term.first];
    const double second = gamma[term.second];
    const double scale = 1.0 / (first + second);
    visit(term, PairProbability{first * scale, second * scale});
  }
}

void AddToGradient(const PairTerm& term, const PairProbability& p, std::vector<double>& gradient) {
  const double residual = term.FirstScore() * p.second - term.SecondScore() * p.first;
  gradient[term.first] += residual;
  gradient[term.second] -= residual;
}

// The upper triangle alone, which is all that a factorization reads.
void AddToInformation(const PairTerm& term, const PairProbability& p, Matrix& information) {
  const double votes = term.wins + term.losses + term.ties;
  const double h = votes * p.first * p.second;
  information(term.first, term.first) += h;
  information(term.second, term.second) += h;
  information(term.first, term.second) = -h;
}

void GroundMatrix(uint32_t ground, Matrix& information) {
  for (uint32_t i = 0; i < ground; ++i) information(i, ground) = 0.0;
  for (size_t j = ground; j < information.size(); ++j) information(ground, j) = 0.0;
  information(ground, ground) = 1.0;
}

}  // namespace

std::vector<PairProbability> Probabilities(std::span<const PairTerm> terms,
                                           std::span<const double> theta) {
  std::vector<PairProbability> probabilities;
  probabilities.reserve(terms.size());
  ForEachProbability(
      terms, theta, [&](const PairTerm&, const PairProbability& p) { probabilities.push_back(p); });
  return probabilities;
}

Matrix GroundedInformation(uint32_t models, std::span<const PairTerm> terms,
                           std::span<const double> theta, uint32_t ground) {
  Matrix information(models);
  ForEachProbability(terms, theta, [&](const PairTerm& term, const PairProbability& p) {
    AddToInformation(term, p, information);
  });
  GroundMatrix(ground, information);
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

namespace {

// Newton's method with its factor kept while it serves.
class ColdFit {
 public:
  ColdFit(uint32_t models, std::span<const PairTerm> terms)
      : models_(models),
        terms_(terms),
        ground_(GroundOf(models, terms)),
        fit_{.theta = std::vector<double>(models)},
        factor_(models) {}

  absl::StatusOr<BradleyTerryFit> Solve() {
    std::vector<double> gradient, step;
    for (; fit_.steps < kMaxSteps; ++fit_.steps) {
      const bool is_fresh = is_factor_stale_;
      if (!Linearize(gradient)) break;
      step = gradient;
      SolveCholesky(factor_, step);
      const double last_decrement = fit_.decrement;
      fit_.decrement = std::sqrt(std::max(0.0, Dot(gradient, step)));
      const bool is_on_target = fit_.decrement <= kTargetDecrement;
      const bool is_worse = fit_.steps > 0 && fit_.decrement > last_decrement;
      if (is_worse && !is_on_target && BackUp()) continue;
      Move(step);
      // A step with a factor of this very place squares what is left; one with an older factor only
      // divides it, and is repeated until rounding is all that is left.
      const bool is_rounding =
          fit_.decrement <= kRoundingDecrement || fit_.decrement > 0.5 * last_decrement;
      if (is_on_target && damping_ == 1.0 && (is_fresh || is_rounding)) return fit_;
    }
    return absl::InternalError("the Bradley-Terry fit does not converge");
  }

 private:
  // The gradient, grounded, at θ, and the factor of the information if the old one no longer
  // serves.
  bool Linearize(std::vector<double>& gradient) {
    const bool is_in_range = Strengths(fit_.theta, gamma_);
    if (is_factor_stale_ || !is_in_range) {
      if (!Factor(gradient)) return false;
    } else {
      // What steps with an old factor read is narrower than the terms, and made for the first one.
      if (!pairs_) pairs_.emplace(terms_);
      ScoreGradient(*pairs_, gamma_, gradient);
    }
    gradient[ground_] = 0.0;
    return true;
  }

  // Both in one pass over the terms.
  bool Factor(std::vector<double>& gradient) {
    gradient.assign(models_, 0.0);
    factor_.SetZero();
    ForEachProbability(terms_, fit_.theta, [&](const PairTerm& term, const PairProbability& p) {
      AddToGradient(term, p, gradient);
      AddToInformation(term, p, factor_);
    });
    GroundMatrix(ground_, factor_);
    drift_ = 0.0;
    return FactorCholesky(factor_);
  }

  // A full step that made things worse is shortened to one that is proven to raise the likelihood,
  // and all later steps are chosen so: t = ln(1 + β) / β with β the largest change of a difference
  // (Sun and Tran-Dinh 2019, generalized self-concordance of order 2; logistic loss has M = 1).
  // False when that was done before and the step was a proven one.
  bool BackUp() {
    const double beta = Spread(step_);
    if (is_careful_ || beta == 0.0) return false;
    is_careful_ = true;
    const double shorter = Log(1.0 + beta) / beta;
    for (uint32_t i = 0; i < models_; ++i) fit_.theta[i] -= (1.0 - shorter) * step_[i];
    fit_.decrement = INFINITY;
    is_factor_stale_ = true;
    return true;
  }

  void Move(const std::vector<double>& step) {
    step_ = step;
    const double beta = Spread(step_);
    damping_ = is_careful_ && beta > 0.5 ? Log(1.0 + beta) / beta : 1.0;
    for (uint32_t i = 0; i < models_; ++i) fit_.theta[i] += damping_ * step_[i];
    // Each curvature n p (1 - p) changes by no more than a factor e^β. While all that is a few per
    // cent, steps with the old factor contract as well as a new one would pay for, and the
    // decrement is that much off.
    drift_ += damping_ * beta;
    is_factor_stale_ = drift_ > kSmallDrift;
  }

  uint32_t models_;
  std::span<const PairTerm> terms_;
  std::optional<PairScores> pairs_;
  uint32_t ground_;
  BradleyTerryFit fit_;
  Matrix factor_;
  std::vector<double> gamma_;
  std::vector<double> step_;
  double damping_ = 1.0;
  // How far differences may have moved since the factor was made.
  double drift_ = 0.0;
  bool is_factor_stale_ = true;
  bool is_careful_ = false;
};

}  // namespace

absl::StatusOr<BradleyTerryFit> FitBradleyTerry(uint32_t models, std::span<const PairTerm> terms) {
  return ColdFit(models, terms).Solve();
}

}  // namespace arena::rating
