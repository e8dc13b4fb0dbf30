#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace arena::rating {

// A square matrix, row by row. Rows begin on 16 bytes.
class Matrix {
 public:
  explicit Matrix(size_t size = 0)
      : size_(size), stride_((size + 1) / 2 * 2), values_(size_ * stride_) {}

  size_t size() const { return size_; }
  void SetZero() { std::ranges::fill(values_, 0.0); }
  double* Row(size_t i) { return values_.data() + i * stride_; }
  const double* Row(size_t i) const { return values_.data() + i * stride_; }
  double& operator()(size_t i, size_t j) { return Row(i)[j]; }
  double operator()(size_t i, size_t j) const { return Row(i)[j]; }

 private:
  size_t size_;
  size_t stride_;
  std::vector<double> values_;
};

// Dense positive definite algebra, with sums in an order that depends on the size alone: each
// element is a running sum over ascending k, whatever the vector width, cache or processor.

// Replaces the upper triangle of `a` by U with a = UᵀU; the lower one is left undefined. False when
// `a` is not positive definite.
bool FactorCholesky(Matrix& a);

// Replaces `b` by the solution x of UᵀU x = b.
void SolveCholesky(const Matrix& u, std::span<double> b);

// (UᵀU)⁻¹, both triangles.
Matrix InvertCholesky(const Matrix& u);

// a x for a symmetric a, each element summed over ascending k.
void MultiplySymmetric(const Matrix& a, std::span<const double> x, std::vector<double>& product);

// a b, each element summed over ascending k.
Matrix Multiply(const Matrix& a, const Matrix& b);

}  // namespace arena::rating
