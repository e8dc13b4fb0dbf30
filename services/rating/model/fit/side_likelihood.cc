#include "services/rating/model/fit/side_likelihood.h"

#include <algorithm>

#include "services/rating/model/fit/bradley_terry.h"
#include "services/rating/model/numeric/numeric.h"
#include "services/rating/model/votes/pair_terms.h"

namespace arena::rating {

SideLikelihood::SideLikelihood(const PairCounts& counts, std::span<const uint32_t> models,
                               TieRule ties, Weights weights)
    : models_(static_cast<uint32_t>(models.size())) {
  const std::vector<PairCells> pairs = CellsOf(counts, models, ties, weights);
  for (const PairCells& pair : pairs) {
    for (const double side : {1.0, -1.0}) {
      AddCell(counts, models, ties,
              {.first = pair.first, .second = pair.second, .side = side, .weight = pair.weight});
    }
  }
  const auto is_on = [this](double side) {
    return std::ranges::any_of(cells_, [side](const Cell& cell) { return cell.side == side; });
  };
  has_side_ = is_on(1.0) && is_on(-1.0);
  start_.resize(size());
  if (const auto fit = FitBradleyTerry(models_, TermsOf(pairs)); fit.ok()) {
    std::ranges::copy(fit->theta, start_.begin());
  }
}

void SideLikelihood::AddCell(const PairCounts& counts, std::span<const uint32_t> models,
                             TieRule ties, Cell cell) {
  const bool first_is_left = cell.side > 0;
  const uint32_t first = models[cell.first], second = models[cell.second];
  const auto votes = [&](Outcome outcome) {
    return static_cast<double>(first_is_left ? counts.Count(first, second, outcome)
                                             : counts.Count(second, first, outcome));
  };
  cell.wins = votes(first_is_left ? Outcome::kLeft : Outcome::kRight);
  cell.losses = votes(first_is_left ? Outcome::kRight : Outcome::kLeft);
  if (ties != TieRule::kDrop) cell.ties = votes(Outcome::kTie) + votes(Outcome::kBothBad);
  if (cell.wins + cell.losses + cell.ties > 0) cells_.push_back(cell);
}

double SideLikelihood::ProbabilityAt(std::span<const double> parameters, const Cell& cell) const {
  double logit = parameters[cell.first] - parameters[cell.second];
  if (has_side_) logit += cell.side * parameters[models_];
  return Logistic(logit);
}

void SideLikelihood::AddOuter(const Cell& cell, double weight, Matrix& matrix) const {
  AddDifference(matrix, cell.first, cell.second, weight);
  if (!has_side_) return;
  AddCross(matrix, cell.first, cell.second, models_, weight * cell.side);
  matrix(models_, models_) += weight;
}

void SideLikelihood::Evaluate(std::span<const double> parameters, std::vector<double>& gradient,
                              Matrix& information) const {
  gradient.assign(size(), 0.0);
  information.SetZero();
  for (const Cell& cell : cells_) {
    const double p = ProbabilityAt(parameters, cell);
    const double votes = cell.wins + cell.losses + cell.ties;
    const double residual = cell.weight * (cell.wins + 0.5 * cell.ties - votes * p);
    gradient[cell.first] += residual;
    gradient[cell.second] -= residual;
    if (has_side_) gradient[models_] += cell.side * residual;
    AddOuter(cell, cell.weight * votes * (p * (1.0 - p)), information);
  }
}

Matrix SideLikelihood::Meat(std::span<const double> parameters) const {
  Matrix meat(size());
  for (const Cell& cell : cells_) {
    const double p = ProbabilityAt(parameters, cell);
    const double tie = 0.5 - p;
    const double squares =
        cell.wins * ((1.0 - p) * (1.0 - p)) + cell.losses * (p * p) + cell.ties * (tie * tie);
    AddOuter(cell, cell.weight * cell.weight * squares, meat);
  }
  return meat;
}

}  // namespace arena::rating
