#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "services/rating/model/fit/bradley_terry.h"
#include "services/rating/model/numeric/cholesky.h"
#include "services/rating/model/votes/pair_terms.h"

namespace arena::rating {

// The sandwich (robust) covariance C = H⁺BH⁺ of a fit: H the information, B the Laplacian with the
// weights w²[W(1-p)² + Lp² + T(½-p)²] (White 1982).
class Sandwich {
 public:
  // False from is_valid() when the information is singular, as for a graph that is not connected.
  Sandwich(uint32_t models, std::span<const PairTerm> terms, std::span<const double> theta);

  bool is_valid() const { return is_valid_; }

  // Var_m = (e_m - a)ᵀ C (e_m - a) for each model m: the variances of θ when Σ a_k θ_k is held
  // fixed, Σ a_k = 1.
  std::vector<double> Variances(std::span<const double> gauge) const;

  // All of (I - 1aᵀ) C (I - a1ᵀ), for differences and bands; three times the work of the variances.
  Matrix Covariance(std::span<const double> gauge) const;

 private:
  struct Meat {
    uint32_t first;
    uint32_t second;
    double weight;
  };

  std::vector<Meat> meat_;
  // H grounded and inverted, with zeros at the ground: a generalized inverse of H.
  Matrix inverse_;
  bool is_valid_ = false;
};

}  // namespace arena::rating
