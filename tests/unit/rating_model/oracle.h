#pragma once

#include <cstdint>
#include <vector>

// A slow and obvious second opinion: logistic regression vote by vote, in long double, with the C
// library's exponential and Gaussian elimination. It shares no line with the library.
namespace arena::rating::testing {

struct OracleVote {
  uint32_t left = 0;
  uint32_t right = 0;
  // 1 for the left model, 0 for the right one, ½ for any tie.
  long double score = 0.5L;
  long double weight = 1.0L;
  // Values that the shared coefficients multiply.
  std::vector<long double> features = {};
  // Votes of one cluster are one observation of the variance.
  uint32_t cluster = 0;
};

struct OracleFit {
  // Strengths with Σ a_k θ_k = 0 for the gauge a, then the shared coefficients.
  std::vector<long double> parameters;
  // Sandwich covariance of the same, in that gauge.
  std::vector<std::vector<long double>> covariance;
};

// logit P(left) = θ_left - θ_right + Σ γ_k features_k. With `is_clustered` the scores of a cluster
// are summed before they are squared.
OracleFit FitByOracle(uint32_t models, const std::vector<OracleVote>& votes,
                      const std::vector<long double>& gauge, bool is_clustered = false);

}  // namespace arena::rating::testing
