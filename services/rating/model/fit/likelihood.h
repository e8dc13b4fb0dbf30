#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "services/rating/model/numeric/cholesky.h"

namespace arena::rating {

// A log-likelihood over the models' strengths and some coefficients that all of them share (side,
// style, ties). Parameters are the strengths, then the coefficients. Adding a constant to all
// strengths changes nothing, and the function is concave.
class Likelihood {
 public:
  virtual ~Likelihood() = default;
  virtual uint32_t models() const = 0;
  virtual uint32_t coefficients() const = 0;
  uint32_t size() const { return models() + coefficients(); }
  // Where Newton begins.
  virtual std::vector<double> Start() const { return std::vector<double>(size()); }

  // The gradient and the negative Hessian at `parameters`, overwriting both.
  virtual void Evaluate(std::span<const double> parameters, std::vector<double>& gradient,
                        Matrix& information) const = 0;
  // The sum over independent observations of score · scoreᵀ.
  virtual Matrix Meat(std::span<const double> parameters) const = 0;
  // Whether the parameters are allowed at all (Rao and Kupper's threshold is positive).
  virtual bool IsInside(std::span<const double>) const { return true; }
};

struct LikelihoodFit {
  std::vector<double> parameters;
  double decrement = 0;  // as in BradleyTerryFit
  int steps = 0;
};

// Newton from Start(), deterministic. FAILED_PRECONDITION when there is no finite maximum, as when
// a coefficient separates wins from losses.
absl::StatusOr<LikelihoodFit> MaximizeLikelihood(const Likelihood& likelihood);

// H⁺BH⁺ of a fit, in the gauge Σ a_k θ_k = constant: strengths, then coefficients.
// FAILED_PRECONDITION when the information is singular.
absl::StatusOr<Matrix> SandwichOf(const Likelihood& likelihood, std::span<const double> parameters,
                                  std::span<const double> gauge);

// (I - 1aᵀ) C (I - a1ᵀ) over the first a.size() rows and columns; what is beyond them moves along.
Matrix InGauge(const Matrix& covariance, std::span<const double> gauge);

// Adds to a matrix over strengths what one observation of the difference first - second adds:
// `weight` (e_i - e_j)(e_i - e_j)ᵀ, both triangles.
inline void AddDifference(Matrix& matrix, uint32_t first, uint32_t second, double weight) {
  matrix(first, first) += weight;
  matrix(second, second) += weight;
  matrix(first, second) -= weight;
  matrix(second, first) -= weight;
}

// The same between a difference and coefficient number `column`.
inline void AddCross(Matrix& matrix, uint32_t first, uint32_t second, uint32_t column,
                     double weight) {
  matrix(first, column) += weight;
  matrix(column, first) += weight;
  matrix(second, column) -= weight;
  matrix(column, second) -= weight;
}

}  // namespace arena::rating
