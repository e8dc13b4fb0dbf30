#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "services/rating/model/fit/likelihood.h"
#include "services/rating/model/votes/vote_blocks.h"
#include "services/rating/model/votes/vote_sums.h"

namespace arena::rating {

inline constexpr std::array<const char*, kFeatures> kFeatureNames = {"left", "tokens", "headers",
                                                                     "list_items", "bold_spans"};

// logit P(left beats right) = θ_left - θ_right + Σ γ_k x_k over votes one by one, any tie half a
// win: Bradley-Terry with coefficients for style, and for the left side if asked for. Features of
// style are divided by their standard deviation and, unless asked for, not centred: centring would
// favour a side. A feature without variance has no coefficient. Reads the table in passes, without
// copying or sorting votes, and sums in fixed point, so that any order of the votes gives the same
// bits. Clustering sorts an index of the votes: four bytes each, and four for each cluster.
class VoteLikelihood : public Likelihood {
 public:
  struct Options {
    bool left_coefficient = false;
    bool style_control = false;
    bool is_centred = false;
    bool is_clustered = false;
  };

  // The table has the columns that the options and weights ask for.
  VoteLikelihood(const VoteSelection& selection, const Options& options);

  // Which of kFeatureNames have a coefficient, in their order.
  const std::vector<size_t>& active() const { return active_; }

  uint32_t models() const override { return models_; }
  uint32_t coefficients() const override { return static_cast<uint32_t>(active_.size()); }
  // The plain Bradley-Terry maximum, which costs next to nothing and saves passes over the votes.
  std::vector<double> Start() const override { return start_; }
  void Evaluate(std::span<const double> parameters, std::vector<double>& gradient,
                Matrix& information) const override;
  Matrix Meat(std::span<const double> parameters) const override;

 private:
  struct Survey;
  // What depends on the parameters, over the votes of a block: w (score - p) and w p (1 - p) for a
  // vote of probability p and weight w; and the features that have a coefficient, not scaled.
  struct Slopes {
    std::array<double, VoteBlock::kVotes> residual;
    std::array<double, VoteBlock::kVotes> spread;
    std::array<const double*, kFeatures> features;
  };

  Survey SurveyVotes(bool has_style) const;
  // 0 without votes.
  double LargestWeight(uint64_t votes) const;
  void SurveyStyle(Survey& survey) const;
  void ChooseStyle(const Survey& survey, bool is_centred);
  void SetSlopes(std::span<const double> parameters, const VoteBlock& block, Slopes& slopes) const;
  FeatureArrays Features(const Slopes& slopes) const;
  Matrix ClusteredMeat(std::span<const double> parameters) const;

  uint32_t models_;
  VoteReader reader_;
  std::vector<double> start_;
  uint64_t votes_ = 0;
  double largest_weight_ = 0;
  std::vector<size_t> active_;
  // Of the active features: what their values are multiplied by, and the largest before that.
  std::vector<double> scales_;
  std::vector<double> largest_;
  bool is_clustered_;
};

}  // namespace arena::rating
