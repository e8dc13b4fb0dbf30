#include "services/rating/model/intervals/poisson_table.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace arena::rating {
namespace {

constexpr double kSmallestShare = 1e-10;
constexpr int64_t kLargestMean = 10'000'000;

// Probabilities of first, first + 1, … relative to that of the mode.
struct Shape {
  int64_t first = 0;
  std::vector<double> weights;
};

Shape ShapeOf(int64_t mean) {
  const auto lambda = static_cast<double>(mean);
  std::vector<double> below;
  double weight = 1.0;
  for (int64_t k = mean; k > 0 && weight > kSmallestShare; --k) {
    weight *= static_cast<double>(k) / lambda;
    below.push_back(weight);
  }
  Shape shape{.first = mean - static_cast<int64_t>(below.size()),
              .weights = {below.rbegin(), below.rend()}};
  weight = 1.0;
  for (int64_t k = mean; weight > kSmallestShare; ++k) {
    shape.weights.push_back(weight);
    weight *= lambda / static_cast<double>(k + 1);
  }
  return shape;
}

}  // namespace

PoissonTable::PoissonTable(int64_t mean) {
  const int64_t tabled = std::min(mean, kLargestMean);
  Shape shape = ShapeOf(tabled);
  scale_ = std::sqrt(static_cast<double>(mean) / static_cast<double>(tabled));
  first_ = static_cast<double>(mean) - scale_ * static_cast<double>(tabled - shape.first);

  const size_t size = std::max<size_t>(2, std::bit_ceil(shape.weights.size()));
  shift_ = 64 - std::countr_zero(size);
  shape.weights.resize(size, 0.0);
  double sum = 0;
  for (const double weight : shape.weights) sum += weight;
  for (double& weight : shape.weights) weight *= static_cast<double>(size) / sum;

  // Each slot keeps its own share and is filled up to 1 by the surplus of another.
  entries_.resize(size);
  std::vector<uint32_t> small, large;
  for (uint32_t k = 0; k < size; ++k) (shape.weights[k] < 1.0 ? small : large).push_back(k);
  while (!small.empty() && !large.empty()) {
    const uint32_t needy = small.back(), rich = large.back();
    small.pop_back();
    entries_[needy] = {static_cast<uint32_t>(shape.weights[needy] * 0x1p32), rich};
    shape.weights[rich] -= 1.0 - shape.weights[needy];
    if (shape.weights[rich] < 1.0) {
      large.pop_back();
      small.push_back(rich);
    }
  }
  // What is left differs from 1 by rounding only.
  for (const auto& rest : {small, large}) {
    for (const uint32_t k : rest) entries_[k] = {UINT32_MAX, k};
  }
}

}  // namespace arena::rating
