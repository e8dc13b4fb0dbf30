#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "services/rating/model/numeric/cholesky.h"
#include "services/rating/model/votes/fixed_point.h"
#include "services/rating/model/votes/vote_blocks.h"

namespace arena::rating {

// The left side, then the four style features.
inline constexpr size_t kFeatures = 1 + kStyleFeatures;

// The values of some features, one array each, over the votes of a block.
using FeatureArrays = std::span<const double* const>;

// Σ a x and Σ b x xᵀ over votes, for numbers a and b of each vote and its design vector x: 1 for
// the first model, -1 for the second, then its features. In fixed point, so that any order of the
// votes gives the same bits. Takes a word for each pair of models and a few for each model,
// whatever the number of votes.
class VoteSums {
 public:
  // For at most `votes` votes, |a| and |b| up to `largest`, and features up to theirs; at most
  // kFeatures of them.
  VoteSums(uint32_t models, std::span<const double> largest_features, double largest,
           uint64_t votes);

  void AddVector(const VoteBlock& block, FeatureArrays features, const double* a);
  void AddOuter(const VoteBlock& block, FeatureArrays features, const double* b);

  // Features times `scales`; both triangles.
  std::vector<double> Vector(std::span<const double> scales) const;
  void SetOuter(std::span<const double> scales, Matrix& matrix) const;

 private:
  // Sums of a model with its features: an even number of them, so that they are added by twos.
  static constexpr size_t Stride(size_t features) { return (features + 1) / 2 * 2; }

  // What AddOuter does for features, kCount of them.
  template <size_t kCount>
  void AddFeatures(const VoteBlock& block, FeatureArrays features, const double* b);
  // Number k of them; leaves its terms with the models in `terms`, by vote and then feature.
  template <size_t kCount, size_t k>
  void AddFeature(const VoteBlock& block, FeatureArrays features, const double* b,
                  uint64_t* __restrict terms);
  template <size_t kCount>
  void AddCross(const VoteBlock& block, uint64_t* terms);

  uint32_t models_;
  size_t features_;
  // For terms without feature, with one, with two.
  FixedPoint plain_;
  std::array<FixedPoint, kFeatures> single_;
  std::array<std::array<FixedPoint, kFeatures>, kFeatures> twofold_;

  // Σ a by model: plus for the first, minus for the second.
  std::vector<uint64_t> model_sums_;
  std::array<uint64_t, kFeatures> feature_sums_ = {};
  // Σ b by pair, in a triangle by second, then first.
  std::vector<uint64_t> pair_sums_;
  // Σ ±b x_k by model and feature, Stride of them a model.
  std::vector<uint64_t> cross_sums_;
  // By feature and a feature up to it.
  std::array<std::array<uint64_t, kFeatures>, kFeatures> outer_sums_ = {};
};

}  // namespace arena::rating
