#pragma once

#include <span>
#include <vector>

#include "services/rating/model/fit/likelihood.h"
#include "services/rating/model/settings.h"
#include "services/rating/model/votes/pair_terms.h"

namespace arena::rating {

// Ties as a third outcome with one coefficient δ, d the difference of strengths:
//   Davidson (1970):        P(win) : P(loss) : P(tie) = e^(d/2) : e^(-d/2) : e^δ
//   Rao and Kupper (1967):  P(win) = 1 / (1 + e^(δ-d)), P(loss) = 1 / (1 + e^(δ+d)), δ > 0
// Both stretch the scale against half ties, so they never share a board with them.
class TieLikelihood : public Likelihood {
 public:
  // `rule` is kDavidson or kRaoKupper. There must be ties and decided votes.
  TieLikelihood(uint32_t models, std::vector<PairTerm> terms, TieRule rule);

  uint32_t models() const override { return models_; }
  uint32_t coefficients() const override { return 1; }
  std::vector<double> Start() const override;
  void Evaluate(std::span<const double> parameters, std::vector<double>& gradient,
                Matrix& information) const override;
  Matrix Meat(std::span<const double> parameters) const override;
  bool IsInside(std::span<const double> parameters) const override;

 private:
  // Derivatives of one vote's log-likelihood by d and δ, for each outcome, and the information that
  // a vote of each outcome holds.
  struct Vote {
    double by_strength = 0;
    double by_tie = 0;
    double strength = 0;
    double cross = 0;
    double tie = 0;
  };
  struct Outcomes {
    Vote win, loss, tie;
  };
  Outcomes DerivativesAt(double difference, double delta) const;

  uint32_t models_;
  std::vector<PairTerm> terms_;
  TieRule rule_;
};

}  // namespace arena::rating
