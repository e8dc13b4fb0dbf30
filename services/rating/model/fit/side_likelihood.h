#pragma once

#include <span>
#include <vector>

#include "services/rating/model/fit/likelihood.h"
#include "services/rating/model/settings.h"
#include "services/rating/model/votes/pair_counts.h"

namespace arena::rating {

// logit P(left beats right) = θ_left - θ_right + γ, any tie half a win: Bradley-Terry with one
// coefficient for the left side, from counts. There is none when the sides say nothing, for the
// same model of each pair was always on the left.
class SideLikelihood : public Likelihood {
 public:
  // Of the votes among `models` (dense indices, numbered 0, 1, …).
  SideLikelihood(const PairCounts& counts, std::span<const uint32_t> models, TieRule ties,
                 Weights weights);

  uint32_t models() const override { return models_; }
  uint32_t coefficients() const override { return has_side_ ? 1 : 0; }
  std::vector<double> Start() const override { return start_; }
  void Evaluate(std::span<const double> parameters, std::vector<double>& gradient,
                Matrix& information) const override;
  Matrix Meat(std::span<const double> parameters) const override;

 private:
  // The votes of one pair with the same model on the left; `first` < `second`.
  struct Cell {
    uint32_t first = 0;
    uint32_t second = 0;
    double side = 1;  // 1 when the first was on the left, else -1
    double weight = 1;
    // Of the first.
    double wins = 0;
    double losses = 0;
    double ties = 0;
  };

  void AddCell(const PairCounts& counts, std::span<const uint32_t> models, TieRule ties, Cell cell);
  double ProbabilityAt(std::span<const double> parameters, const Cell& cell) const;
  // matrix += weight x xᵀ, x the design of a cell.
  void AddOuter(const Cell& cell, double weight, Matrix& matrix) const;

  uint32_t models_;
  bool has_side_ = false;
  std::vector<Cell> cells_;
  std::vector<double> start_;
};

}  // namespace arena::rating
