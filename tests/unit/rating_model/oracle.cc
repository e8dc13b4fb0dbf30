#include "tests/unit/rating_model/oracle.h"

#include <cmath>
#include <map>
#include <stdexcept>
#include <utility>

namespace arena::rating::testing {
namespace {

using Vector = std::vector<long double>;
using Square = std::vector<Vector>;

Square Zero(size_t n) { return Square(n, Vector(n, 0.0L)); }

Square Inverse(Square a) {
  const size_t n = a.size();
  Square inverse = Zero(n);
  for (size_t i = 0; i < n; ++i) inverse[i][i] = 1.0L;
  for (size_t column = 0; column < n; ++column) {
    size_t pivot = column;
    for (size_t i = column; i < n; ++i) {
      if (std::fabs(a[i][column]) > std::fabs(a[pivot][column])) pivot = i;
    }
    if (a[pivot][column] == 0.0L) throw std::runtime_error("singular");
    std::swap(a[pivot], a[column]);
    std::swap(inverse[pivot], inverse[column]);
    const long double scale = a[column][column];
    for (size_t j = 0; j < n; ++j) {
      a[column][j] /= scale;
      inverse[column][j] /= scale;
    }
    for (size_t i = 0; i < n; ++i) {
      if (i == column) continue;
      const long double factor = a[i][column];
      for (size_t j = 0; j < n; ++j) {
        a[i][j] -= factor * a[column][j];
        inverse[i][j] -= factor * inverse[column][j];
      }
    }
  }
  return inverse;
}

Square Product(const Square& a, const Square& b) {
  Square c = Zero(a.size());
  for (size_t i = 0; i < a.size(); ++i)
    for (size_t k = 0; k < a.size(); ++k)
      for (size_t j = 0; j < a.size(); ++j) c[i][j] += a[i][k] * b[k][j];
  return c;
}

Square Transposed(const Square& a) {
  Square t = a;
  for (size_t i = 0; i < a.size(); ++i)
    for (size_t j = 0; j < a.size(); ++j) t[i][j] = a[j][i];
  return t;
}

Vector Design(uint32_t models, const OracleVote& vote) {
  Vector x(models, 0.0L);
  x[vote.left] += 1.0L;
  x[vote.right] -= 1.0L;
  x.insert(x.end(), vote.features.begin(), vote.features.end());
  return x;
}

long double Probability(const Vector& x, const Vector& parameters) {
  long double logit = 0.0L;
  for (size_t k = 0; k < x.size(); ++k) logit += x[k] * parameters[k];
  return 1.0L / (1.0L + std::exp(-logit));
}

// The strengths' information has the null vector of ones; adding 11ᵀ there removes it and changes
// no difference of strengths.
Square Information(uint32_t models, const std::vector<OracleVote>& votes,
                   const Vector& parameters) {
  Square information = Zero(parameters.size());
  for (const OracleVote& vote : votes) {
    const Vector x = Design(models, vote);
    const long double p = Probability(x, parameters);
    for (size_t i = 0; i < x.size(); ++i)
      for (size_t j = 0; j < x.size(); ++j)
        information[i][j] += vote.weight * p * (1.0L - p) * x[i] * x[j];
  }
  for (uint32_t i = 0; i < models; ++i)
    for (uint32_t j = 0; j < models; ++j) information[i][j] += 1.0L;
  return information;
}

Vector Score(uint32_t models, const OracleVote& vote, const Vector& parameters) {
  Vector score = Design(models, vote);
  const long double residual = vote.weight * (vote.score - Probability(score, parameters));
  for (long double& s : score) s *= residual;
  return score;
}

}  // namespace

OracleFit FitByOracle(uint32_t models, const std::vector<OracleVote>& votes, const Vector& gauge,
                      bool is_clustered) {
  const size_t n = models + votes.at(0).features.size();
  Vector parameters(n, 0.0L);
  for (int step = 0; step < 200; ++step) {
    Vector gradient(n, 0.0L);
    for (const OracleVote& vote : votes) {
      const Vector score = Score(models, vote, parameters);
      for (size_t i = 0; i < n; ++i) gradient[i] += score[i];
    }
    const Square inverse = Inverse(Information(models, votes, parameters));
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j < n; ++j) parameters[i] += inverse[i][j] * gradient[j];
  }

  std::map<uint32_t, Vector> clusters;
  for (uint32_t v = 0; v < votes.size(); ++v) {
    const Vector score = Score(models, votes[v], parameters);
    Vector& sum = clusters.try_emplace(is_clustered ? votes[v].cluster : v, n, 0.0L).first->second;
    for (size_t i = 0; i < n; ++i) sum[i] += score[i];
  }
  Square meat = Zero(n);
  for (const auto& [cluster, sum] : clusters)
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j < n; ++j) meat[i][j] += sum[i] * sum[j];

  // Rows e_m - a for the strengths, e_k for the coefficients.
  Square to_gauge = Zero(n);
  for (size_t i = 0; i < n; ++i) to_gauge[i][i] = 1.0L;
  for (uint32_t i = 0; i < models; ++i)
    for (uint32_t j = 0; j < models; ++j) to_gauge[i][j] -= gauge[j];
  const Square inverse = Inverse(Information(models, votes, parameters));
  const Square free = Product(Product(inverse, meat), inverse);
  OracleFit fit{.parameters = Vector(n, 0.0L),
                .covariance = Product(Product(to_gauge, free), Transposed(to_gauge))};
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j) fit.parameters[i] += to_gauge[i][j] * parameters[j];
  return fit;
}

}  // namespace arena::rating::testing
