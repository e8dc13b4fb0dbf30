#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "services/rating/model/likelihood.h"
#include "services/rating/model/pair_counts.h"
#include "services/rating/model/settings.h"
#include "services/rating/model/vote_table.h"

namespace arena::rating {

// The left side, then the four style features.
inline constexpr size_t kFeatures = 1 + kStyleFeatures;
inline constexpr std::array<const char*, kFeatures> kFeatureNames = {"left", "tokens", "headers",
                                                                     "list_items", "bold_spans"};

// logit P(first beats second) = θ_first - θ_second + Σ γ_k x_k, any tie half a win: Bradley-Terry
// with a coefficient for the left side, for style, or for both. Features of style are divided by
// their standard deviation and, unless asked for, not centred: centring would favour a side. A
// feature without variance has no coefficient. Observations are kept in an order of their contents,
// so sums do not depend on the order in which they came.
class VoteLikelihood : public Likelihood {
 public:
  // One vote, or several that are alike.
  struct Observation {
    uint32_t first = 0;  // below `second`
    uint32_t second = 0;
    float score = 0.5f;         // of the first
    double weight = 1;          // Σw
    double squared_weight = 1;  // Σw²
    std::array<float, kFeatures> features = {};
    uint32_t cluster = 0;
  };
  struct Options {
    bool left_coefficient = false;
    bool style_control = false;
    bool is_centred = false;
    bool is_clustered = false;
  };

  VoteLikelihood(uint32_t models, std::vector<Observation> observations, const Options& options);

  // Which of kFeatureNames have a coefficient, in their order.
  const std::vector<size_t>& active() const { return active_; }

  uint32_t models() const override { return models_; }
  uint32_t coefficients() const override { return static_cast<uint32_t>(active_.size()); }
  // The plain Bradley-Terry maximum, which costs next to nothing and saves passes over the votes.
  std::vector<double> Start() const override;
  void Evaluate(std::span<const double> parameters, std::vector<double>& gradient,
                Matrix& information) const override;
  Matrix Meat(std::span<const double> parameters) const override;

 private:
  // The votes of one pair stand together.
  struct Run {
    uint32_t first;
    uint32_t second;
    size_t begin;
    size_t end;
  };
  struct Block;

  void Standardize(size_t feature, const std::vector<Observation>& observations, bool is_centred);
  void GroupByCluster(const std::vector<Observation>& observations);
  // Calls `visit(block)` for blocks of votes that cover all, in order.
  template <typename Visit>
  void ForEachBlock(std::span<const double> parameters, Visit visit) const;
  // matrix += Σ weight x xᵀ over the votes of a block, x the design vector.
  void AddOuter(const Block& block, const double* weights, Matrix& matrix) const;
  Matrix ClusteredMeat(std::span<const double> parameters) const;

  uint32_t models_;
  std::vector<Run> runs_;
  std::vector<float> scores_;
  // Empty when all weights are 1.
  std::vector<double> weights_;
  std::vector<double> squared_weights_;
  // One list a coefficient; standardized.
  std::vector<std::vector<float>> features_;
  std::vector<double> scales_;
  std::vector<double> shifts_;
  std::vector<size_t> active_;
  // Votes of each cluster, when clusters matter.
  std::vector<std::vector<uint32_t>> clusters_;
};

// One observation for each side, outcome and pair of `models` (dense indices, numbered 0, 1, …).
std::vector<VoteLikelihood::Observation> ObservationsOf(const PairCounts& counts,
                                                        std::span<const uint32_t> models,
                                                        TieRule ties, Weights weights);

// One observation for each counted vote among `models`. With Weights::kPair the weights come from
// `counts`, with Weights::kPropensity from the votes.
std::vector<VoteLikelihood::Observation> ObservationsOf(const VoteTable& table,
                                                        const PairCounts& counts,
                                                        std::span<const uint32_t> models,
                                                        TieRule ties, Weights weights);

}  // namespace arena::rating
