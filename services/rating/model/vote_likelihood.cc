#include "services/rating/model/vote_likelihood.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "services/rating/model/bradley_terry.h"
#include "services/rating/model/numeric.h"

namespace arena::rating {

// What has to be known of all votes before the first pass. Features as the left side has them.
struct VoteLikelihood::Survey {
  uint64_t votes = 0;
  // Votes whose first model was on the left.
  uint64_t first_left = 0;
  double largest_weight = 0;
  std::array<double, kStyleFeatures> low = {}, high = {}, mean = {}, variance = {};
};

VoteLikelihood::VoteLikelihood(const VoteSelection& selection, const Options& options)
    : models_(static_cast<uint32_t>(selection.models.size())),
      reader_(selection),
      is_clustered_(options.is_clustered) {
  Survey survey = SurveyVotes();
  votes_ = survey.votes;
  largest_weight_ = survey.largest_weight;
  if (options.left_coefficient && survey.first_left > 0 && survey.first_left < survey.votes) {
    active_.push_back(0);
    scales_.push_back(1.0);
    largest_.push_back(1.0);
  }
  if (options.style_control) {
    SurveyStyle(survey);
    ChooseStyle(survey, options.is_centred);
  }
  start_.resize(size());
  if (const auto fit = FitBradleyTerry(models_, selection.terms); fit.ok()) {
    std::ranges::copy(fit->theta, start_.begin());
  }
}

VoteLikelihood::Survey VoteLikelihood::SurveyVotes() const {
  Survey survey;
  reader_.ForEachBlock([&](const VoteBlock& block) {
    survey.votes += block.size;
    for (size_t v = 0; v < block.size; ++v) {
      if (block.side[v] > 0) ++survey.first_left;
      survey.largest_weight = std::max(survey.largest_weight, block.weight[v]);
    }
  });
  return survey;
}

// Two passes: the largest values first, for they decide how finely the second one sums.
void VoteLikelihood::SurveyStyle(Survey& survey) const {
  if (survey.votes == 0) return;
  survey.low.fill(INFINITY);
  survey.high.fill(-INFINITY);
  reader_.ForEachBlock([&](const VoteBlock& block) {
    for (size_t k = 0; k < kStyleFeatures; ++k) {
      for (size_t v = 0; v < block.size; ++v) {
        const double x = block.side[v] * block.style[k][v];
        survey.low[k] = std::min(survey.low[k], x);
        survey.high[k] = std::max(survey.high[k], x);
      }
    }
  });
  std::array<FixedPoint, kStyleFeatures> plain, square;
  for (size_t k = 0; k < kStyleFeatures; ++k) {
    const double largest = std::max(std::abs(survey.low[k]), std::abs(survey.high[k]));
    plain[k] = FixedPoint(largest, survey.votes);
    square[k] = FixedPoint(largest * largest, survey.votes);
  }
  std::array<uint64_t, kStyleFeatures> sum{}, sum_of_squares{};
  reader_.ForEachBlock([&](const VoteBlock& block) {
    for (size_t k = 0; k < kStyleFeatures; ++k) {
      for (size_t v = 0; v < block.size; ++v) {
        const double x = block.style[k][v];
        sum[k] += plain[k](block.side[v] * x);
        sum_of_squares[k] += square[k](x * x);
      }
    }
  });
  const auto count = static_cast<double>(survey.votes);
  for (size_t k = 0; k < kStyleFeatures; ++k) {
    survey.mean[k] = plain[k].Value(sum[k]) / count;
    survey.variance[k] =
        square[k].Value(sum_of_squares[k]) / count - survey.mean[k] * survey.mean[k];
  }
}

// Style is standardized over the votes, not over their weights.
void VoteLikelihood::ChooseStyle(const Survey& survey, bool is_centred) {
  std::array<double, kStyleFeatures> shift{};
  for (size_t k = 0; k < kStyleFeatures; ++k) {
    const double low = survey.low[k], high = survey.high[k];
    if (!(low < high && survey.variance[k] > 0)) continue;
    if (is_centred) shift[k] = survey.mean[k];
    active_.push_back(1 + k);
    scales_.push_back(1.0 / std::sqrt(survey.variance[k]));
    largest_.push_back(std::max(std::abs(low - shift[k]), std::abs(high - shift[k])));
  }
  reader_.SetShift(shift);
}

void VoteLikelihood::SetSlopes(std::span<const double> parameters, const VoteBlock& block,
                               Slopes& slopes) const {
  std::array<double, VoteBlock::kVotes> logit;
  for (size_t v = 0; v < block.size; ++v) {
    logit[v] = parameters[block.first[v]] - parameters[block.second[v]];
  }
  for (size_t k = 0; k < active_.size(); ++k) {
    const double* x = active_[k] == 0 ? block.side.data() : block.style[active_[k] - 1].data();
    slopes.features[k] = x;
    const double slope = parameters[models_ + k] * scales_[k];
    for (size_t v = 0; v < block.size; ++v) logit[v] += slope * x[v];
  }
  for (size_t v = 0; v < block.size; ++v) {
    const double p = 1.0 / (1.0 + Exp(-logit[v]));
    slopes.residual[v] = block.score[v] - p;
    slopes.spread[v] = p * (1.0 - p);
  }
  if (!reader_.is_weighted()) return;
  for (size_t v = 0; v < block.size; ++v) {
    slopes.residual[v] *= block.weight[v];
    slopes.spread[v] *= block.weight[v];
  }
}

FeatureArrays VoteLikelihood::Features(const Slopes& slopes) const {
  return FeatureArrays(slopes.features).first(active_.size());
}

void VoteLikelihood::Evaluate(std::span<const double> parameters, std::vector<double>& gradient,
                              Matrix& information) const {
  VoteSums sums(models_, largest_, largest_weight_, votes_);
  const auto slopes = std::make_unique_for_overwrite<Slopes>();
  reader_.ForEachBlock([&](const VoteBlock& block) {
    SetSlopes(parameters, block, *slopes);
    sums.AddVector(block, Features(*slopes), slopes->residual.data());
    sums.AddOuter(block, Features(*slopes), slopes->spread.data());
  });
  gradient = sums.Vector(scales_);
  sums.SetOuter(scales_, information);
}

Matrix VoteLikelihood::Meat(std::span<const double> parameters) const {
  if (is_clustered_) return ClusteredMeat(parameters);
  VoteSums sums(models_, largest_, largest_weight_ * largest_weight_, votes_);
  const auto slopes = std::make_unique_for_overwrite<Slopes>();
  std::array<double, VoteBlock::kVotes> squares;
  reader_.ForEachBlock([&](const VoteBlock& block) {
    SetSlopes(parameters, block, *slopes);
    for (size_t v = 0; v < block.size; ++v) squares[v] = slopes->residual[v] * slopes->residual[v];
    sums.AddOuter(block, Features(*slopes), squares.data());
  });
  Matrix meat(size());
  sums.SetOuter(scales_, meat);
  return meat;
}

}  // namespace arena::rating
