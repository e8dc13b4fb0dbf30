#include "services/rating/model/votes/vote_sums.h"

#include <cstring>
#include <utility>

#include "services/rating/model/votes/pair_triangle.h"

namespace arena::rating {

VoteSums::VoteSums(uint32_t models, std::span<const double> largest_features, double largest,
                   uint64_t votes)
    : models_(models),
      features_(largest_features.size()),
      plain_(largest, votes),
      model_sums_(models),
      pair_sums_(PairOf(0, models)),
      cross_sums_(models * Stride(features_)) {
  for (size_t k = 0; k < features_; ++k) {
    single_[k] = FixedPoint(largest * largest_features[k], votes);
    for (size_t l = 0; l <= k; ++l) {
      twofold_[k][l] = FixedPoint(largest * largest_features[k] * largest_features[l], votes);
    }
  }
}

void VoteSums::AddVector(const VoteBlock& block, FeatureArrays features, const double* a) {
  for (size_t v = 0; v < block.size; ++v) {
    const uint64_t term = plain_(a[v]);
    model_sums_[block.first[v]] += term;
    model_sums_[block.second[v]] -= term;
  }
  for (size_t k = 0; k < features.size(); ++k) {
    const FixedPoint fixed = single_[k];
    const double* x = features[k];
    uint64_t sum = 0;
    for (size_t v = 0; v < block.size; ++v) sum += fixed(a[v] * x[v]);
    feature_sums_[k] += sum;
  }
}

void VoteSums::AddOuter(const VoteBlock& block, FeatureArrays features, const double* b) {
  for (size_t v = 0; v < block.size; ++v) {
    pair_sums_[PairOf(block.first[v], block.second[v])] += plain_(b[v]);
  }
  switch (features.size()) {
    case 1:
      return AddFeatures<1>(block, features, b);
    case 2:
      return AddFeatures<2>(block, features, b);
    case 3:
      return AddFeatures<3>(block, features, b);
    case 4:
      return AddFeatures<4>(block, features, b);
    case 5:
      return AddFeatures<5>(block, features, b);
    default:
      return;
  }
}

// One sweep a feature, for its terms with each feature up to it and for those with the models.
template <size_t kCount>
void VoteSums::AddFeatures(const VoteBlock& block, FeatureArrays features, const double* b) {
  std::array<uint64_t, VoteBlock::kVotes * Stride(kCount)> terms;
  [&]<size_t... k>(std::index_sequence<k...>) {
    (AddFeature<kCount, k>(block, features, b, terms.data()), ...);
  }
  (std::make_index_sequence<kCount>());
  AddCross<kCount>(block, terms.data());
}

template <size_t kCount, size_t k>
void VoteSums::AddFeature(const VoteBlock& block, FeatureArrays features, const double* b,
                          uint64_t* __restrict terms) {
  const FixedPoint single = single_[k];
  const std::array<FixedPoint, kFeatures> twofold = twofold_[k];
  std::array<uint64_t, k + 1> sums = {};
  const size_t size = block.size;
  [&]<size_t... l>(std::index_sequence<l...>) {
    const double* const x = features[k];
    const std::array<const double*, k + 1> y = {features[l]...};
    for (size_t v = 0; v < size; ++v) {
      const double scaled = b[v] * x[v];
      terms[v * Stride(kCount) + k] = single(scaled);
      ((sums[l] += twofold[l].Lifted(scaled * y[l][v])), ...);
    }
    ((outer_sums_[k][l] += twofold[l].Lowered(sums[l], size)), ...);
  }
  (std::make_index_sequence<k + 1>());
}

// The terms of a vote stand side by side, as the sums of a model do, and are added together.
template <size_t kCount>
void VoteSums::AddCross(const VoteBlock& block, uint64_t* terms) {
  using Two [[gnu::vector_size(16)]] = uint64_t;
  const auto add = [](uint64_t* to, Two more) {
    Two sum;
    std::memcpy(&sum, to, sizeof(sum));
    sum += more;
    std::memcpy(to, &sum, sizeof(sum));
  };
  constexpr size_t kStride = Stride(kCount);
  for (size_t v = 0; v < block.size; ++v) {
    if constexpr (kStride > kCount) terms[v * kStride + kCount] = 0;
    uint64_t* const first = cross_sums_.data() + block.first[v] * kStride;
    uint64_t* const second = cross_sums_.data() + block.second[v] * kStride;
    for (size_t k = 0; k < kStride; k += 2) {
      Two term;
      std::memcpy(&term, terms + v * kStride + k, sizeof(term));
      add(first + k, term);
      add(second + k, -term);
    }
  }
}

std::vector<double> VoteSums::Vector(std::span<const double> scales) const {
  std::vector<double> vector(models_ + features_);
  for (uint32_t m = 0; m < models_; ++m) vector[m] = plain_.Value(model_sums_[m]);
  for (size_t k = 0; k < features_; ++k) {
    vector[models_ + k] = scales[k] * single_[k].Value(feature_sums_[k]);
  }
  return vector;
}

void VoteSums::SetOuter(std::span<const double> scales, Matrix& matrix) const {
  matrix.SetZero();
  std::vector<uint64_t> diagonal(models_);
  for (uint32_t second = 1; second < models_; ++second) {
    for (uint32_t first = 0; first < second; ++first) {
      const uint64_t sum = pair_sums_[PairOf(first, second)];
      diagonal[first] += sum;
      diagonal[second] += sum;
      matrix(first, second) = matrix(second, first) = -plain_.Value(sum);
    }
  }
  for (uint32_t m = 0; m < models_; ++m) matrix(m, m) = plain_.Value(diagonal[m]);
  for (size_t k = 0; k < features_; ++k) {
    const size_t row = models_ + k;
    for (uint32_t m = 0; m < models_; ++m) {
      matrix(row, m) = matrix(m, row) =
          scales[k] * single_[k].Value(cross_sums_[m * Stride(features_) + k]);
    }
    for (size_t l = 0; l <= k; ++l) {
      matrix(row, models_ + l) = matrix(models_ + l, row) =
          scales[k] * scales[l] * twofold_[k][l].Value(outer_sums_[k][l]);
    }
  }
}

}  // namespace arena::rating
