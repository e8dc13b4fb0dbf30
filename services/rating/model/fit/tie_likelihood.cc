#include "services/rating/model/fit/tie_likelihood.h"

#include <utility>

#include "services/rating/model/numeric/numeric.h"

namespace arena::rating {

TieLikelihood::TieLikelihood(uint32_t models, std::vector<PairTerm> terms, TieRule rule)
    : models_(models), terms_(std::move(terms)), rule_(rule) {}

// Equal models with the ties there are.
std::vector<double> TieLikelihood::Start() const {
  double decided = 0, tied = 0;
  for (const PairTerm& term : terms_) {
    decided += term.wins + term.losses;
    tied += term.ties;
  }
  std::vector<double> start(size());
  const double odds = 2 * tied / decided;
  start.back() = rule_ == TieRule::kDavidson ? Log(odds) : Log(1.0 + odds);
  return start;
}

bool TieLikelihood::IsInside(std::span<const double> parameters) const {
  return rule_ == TieRule::kDavidson || parameters.back() > 0.0;
}

TieLikelihood::Outcomes TieLikelihood::DerivativesAt(double difference, double delta) const {
  if (rule_ == TieRule::kDavidson) {
    const double up = Exp(0.5 * difference), down = Exp(-0.5 * difference), even = Exp(delta);
    const double scale = 1.0 / (up + down + even);
    const double tie = even * scale;
    const double mean = 0.5 * (up - down) * scale;
    // An exponential family: the information is the same for every outcome.
    const Vote common{.strength = 0.25 * (up + down) * scale - mean * mean,
                      .cross = -mean * tie,
                      .tie = tie * (1.0 - tie)};
    Outcomes outcomes{common, common, common};
    outcomes.win.by_strength = 0.5 - mean;
    outcomes.loss.by_strength = -0.5 - mean;
    outcomes.tie.by_strength = -mean;
    outcomes.win.by_tie = outcomes.loss.by_tie = -tie;
    outcomes.tie.by_tie = 1.0 - tie;
    return outcomes;
  }
  const double win = Logistic(difference - delta), not_win = Logistic(delta - difference);
  const double loss = Logistic(-difference - delta), not_loss = Logistic(delta + difference);
  const double a = win * not_win, b = loss * not_loss;
  // ln(e^2δ - 1) of a tie: its first derivative, and its second with the sign changed.
  const double shrink = Exp(-2.0 * delta);
  const double slope = 2.0 / (1.0 - shrink);
  const double bend = 4.0 * shrink / ((1.0 - shrink) * (1.0 - shrink));
  Outcomes outcomes;
  outcomes.win = {not_win, -not_win, a, -a, a};
  outcomes.loss = {-not_loss, -not_loss, b, b, b};
  outcomes.tie = {not_win - not_loss, slope - not_win - not_loss, a + b, b - a, a + b + bend};
  return outcomes;
}

void TieLikelihood::Evaluate(std::span<const double> parameters, std::vector<double>& gradient,
                             Matrix& information) const {
  gradient.assign(size(), 0.0);
  information.SetZero();
  const uint32_t delta = models_;
  for (const PairTerm& term : terms_) {
    const Outcomes at =
        DerivativesAt(parameters[term.first] - parameters[term.second], parameters[delta]);
    const auto sum = [&](double Vote::*part) {
      return term.wins * (at.win.*part) + term.losses * (at.loss.*part) +
             term.ties * (at.tie.*part);
    };
    const double slope = sum(&Vote::by_strength);
    gradient[term.first] += slope;
    gradient[term.second] -= slope;
    gradient[delta] += sum(&Vote::by_tie);
    AddDifference(information, term.first, term.second, sum(&Vote::strength));
    AddCross(information, term.first, term.second, delta, sum(&Vote::cross));
    information(delta, delta) += sum(&Vote::tie);
  }
}

Matrix TieLikelihood::Meat(std::span<const double> parameters) const {
  Matrix meat(size());
  const uint32_t delta = models_;
  for (const PairTerm& term : terms_) {
    const Outcomes at =
        DerivativesAt(parameters[term.first] - parameters[term.second], parameters[delta]);
    const auto add = [&](const Vote& vote, double squared_weight) {
      AddDifference(meat, term.first, term.second,
                    squared_weight * vote.by_strength * vote.by_strength);
      AddCross(meat, term.first, term.second, delta,
               squared_weight * vote.by_strength * vote.by_tie);
      meat(delta, delta) += squared_weight * vote.by_tie * vote.by_tie;
    };
    add(at.win, term.wins_squared);
    add(at.loss, term.losses_squared);
    add(at.tie, term.ties_squared);
  }
  return meat;
}

}  // namespace arena::rating
