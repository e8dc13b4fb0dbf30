#include "services/rating/model/numeric/cholesky.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "services/rating/model/numeric/wide_lanes.h"

namespace arena::rating {
namespace {

// Rows that are combined in one sweep over a target row: enough to hide its loads and stores.
constexpr size_t kBlock = 8;

// row[j] += Σ_q factors[q] * source_q[j] for begin <= j < end, q ascending.
template <size_t kRows>
[[gnu::always_inline]] inline void AddRowsLoop(double* __restrict row, const double* const* source,
                                               const double* factors, size_t begin, size_t end) {
  const double* __restrict s[kRows];
  double f[kRows];
  for (size_t q = 0; q < kRows; ++q) {
    s[q] = source[q];
    f[q] = factors[q];
  }
  for (size_t j = begin; j < end; ++j) {
    double sum = row[j];
    for (size_t q = 0; q < kRows; ++q) sum += f[q] * s[q][j];
    row[j] = sum;
  }
}

template <size_t kRows>
void AddRowsNarrow(double* row, const double* const* source, const double* factors, size_t begin,
                   size_t end) {
  AddRowsLoop<kRows>(row, source, factors, begin, end);
}

template <size_t kRows>
ARENA_WIDE void AddRowsWide(double* row, const double* const* source, const double* factors,
                            size_t begin, size_t end) {
  AddRowsLoop<kRows>(row, source, factors, begin, end);
}

using AddRowsFunction = void(double*, const double* const*, const double*, size_t, size_t);

// By number of rows, from one on.
template <size_t... kRows>
std::array<AddRowsFunction*, kBlock> PickByRows(std::index_sequence<kRows...>) {
  return {PickLanes(AddRowsWide<kRows + 1>, AddRowsNarrow<kRows + 1>)...};
}

// The same for a number of rows that is known when it runs, at most kBlock.
void AddRows(double* row, size_t rows, const double* const* source, const double* factors,
             size_t begin, size_t end) {
  static const auto by_rows = PickByRows(std::make_index_sequence<kBlock>());
  if (rows > 0) by_rows[rows - 1](row, source, factors, begin, end);
}

// Where a sweep over the upper part of row k may as well begin, so that fewer of its loads of
// several elements cross a cache line: what is left of the diagonal means nothing.
constexpr size_t Aligned(size_t k) { return k / 4 * 4; }

}  // namespace

bool FactorCholesky(Matrix& a) {
  const size_t n = a.size();
  const double* source[kBlock];
  double factors[kBlock];
  for (size_t first = 0; first < n; first += kBlock) {
    const size_t last = std::min(first + kBlock, n);
    for (size_t k = first; k < last; ++k) {
      for (size_t q = first; q < k; ++q) {
        source[q - first] = a.Row(q);
        factors[q - first] = -a(q, k);
      }
      AddRows(a.Row(k), k - first, source, factors, Aligned(k), n);
      if (!(a(k, k) > 0.0)) return false;
      const double pivot = std::sqrt(a(k, k));
      double* row = a.Row(k);
      for (size_t j = k; j < n; ++j) row[j] /= pivot;
    }
    const size_t rows = last - first;
    for (size_t q = 0; q < rows; ++q) source[q] = a.Row(first + q);
    for (size_t i = last; i < n; ++i) {
      for (size_t q = 0; q < rows; ++q) factors[q] = -source[q][i];
      AddRows(a.Row(i), rows, source, factors, Aligned(i), n);
    }
  }
  return true;
}

void SolveCholesky(const Matrix& u, std::span<double> b) {
  const size_t n = u.size();
  for (size_t k = 0; k < n; ++k) {
    const double* row = u.Row(k);
    const double x = b[k] / row[k];
    b[k] = x;
    for (size_t j = k + 1; j < n; ++j) b[j] -= x * row[j];
  }
  for (size_t k = n; k-- > 0;) {
    const double* row = u.Row(k);
    double sum = b[k];
    for (size_t j = k + 1; j < n; ++j) sum -= row[j] * b[j];
    b[k] = sum / row[k];
  }
}

Matrix InvertCholesky(const Matrix& u) {
  const size_t n = u.size();
  // W = U⁻ᵀ, lower triangular, by forward substitution on the rows of the identity.
  Matrix w(n);
  const double* source[kBlock];
  double factors[kBlock];
  for (size_t i = 0; i < n; ++i) {
    double* row = w.Row(i);
    for (size_t first = 0; first < i; first += kBlock) {
      const size_t last = std::min(first + kBlock, i);
      for (size_t k = first; k < last; ++k) {
        source[k - first] = w.Row(k);
        factors[k - first] = -u(k, i);
      }
      AddRows(row, last - first, source, factors, 0, last);
    }
    row[i] = 1.0;
    for (size_t j = 0; j <= i; ++j) row[j] /= u(i, i);
  }
  // UᵀU = (WᵀW)⁻¹ read backwards: the inverse is WᵀW.
  Matrix inverse(n);
  for (size_t i = 0; i < n; ++i) {
    double* row = inverse.Row(i);
    for (size_t first = i; first < n; first += kBlock) {
      const size_t last = std::min(first + kBlock, n);
      for (size_t k = first; k < last; ++k) {
        source[k - first] = w.Row(k);
        factors[k - first] = w(k, i);
      }
      AddRows(row, last - first, source, factors, 0, i + 1);
    }
  }
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < i; ++j) inverse(j, i) = inverse(i, j);
  }
  return inverse;
}

void MultiplySymmetric(const Matrix& a, std::span<const double> x, std::vector<double>& product) {
  const size_t n = a.size();
  product.assign(n, 0.0);
  const double* source[kBlock];
  for (size_t first = 0; first < n; first += kBlock) {
    const size_t rows = std::min(kBlock, n - first);
    for (size_t q = 0; q < rows; ++q) source[q] = a.Row(first + q);
    AddRows(product.data(), rows, source, x.data() + first, 0, n);
  }
}

Matrix Multiply(const Matrix& a, const Matrix& b) {
  const size_t n = a.size();
  Matrix product(n);
  const double* source[kBlock];
  double factors[kBlock];
  for (size_t first = 0; first < n; first += kBlock) {
    const size_t last = std::min(first + kBlock, n);
    for (size_t k = first; k < last; ++k) source[k - first] = b.Row(k);
    for (size_t i = 0; i < n; ++i) {
      for (size_t k = first; k < last; ++k) factors[k - first] = a(i, k);
      AddRows(product.Row(i), last - first, source, factors, 0, n);
    }
  }
  return product;
}

}  // namespace arena::rating
