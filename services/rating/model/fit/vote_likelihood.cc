#include "services/rating/model/fit/vote_likelihood.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>

#include "services/rating/model/fit/bradley_terry.h"
#include "services/rating/model/numeric/numeric.h"

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
  const Survey survey = SurveyVotes(options.style_control);
  votes_ = survey.votes;
  largest_weight_ = survey.largest_weight;
  if (options.left_coefficient && survey.first_left > 0 && survey.first_left < survey.votes) {
    active_.push_back(0);
    scales_.push_back(1.0);
    largest_.push_back(1.0);
  }
  if (options.style_control) ChooseStyle(survey, options.is_centred);
  start_.resize(size());
  if (const auto fit = FitBradleyTerry(models_, selection.terms); fit.ok()) {
    std::ranges::copy(fit->theta, start_.begin());
  }
}

// Two passes: the largest values first, for they decide how finely the second one sums. A feature
// as the left side has it is what the table holds, so neither needs blocks.
VoteLikelihood::Survey VoteLikelihood::SurveyVotes(bool has_style) const {
  using Four [[gnu::vector_size(16)]] = float;
  using Marks [[gnu::vector_size(16)]] = int32_t;
  static_assert(sizeof(Four) == sizeof(StyleVector));
  Survey survey;
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  Four low = Four{} + kInfinity, high = Four{} - kInfinity;
  reader_.ForEachRow(
      [&](const VoteTable::Rows& rows, uint32_t row, bool is_selected, bool left_is_first) {
        survey.votes += is_selected ? 1 : 0;
        survey.first_left += (is_selected & left_is_first) ? 1 : 0;
        if (!has_style) return;
        Four x;
        std::memcpy(&x, &rows.styles[row], sizeof(x));
        const Marks selected = Marks{} - static_cast<int32_t>(is_selected);
        low = ((x < low) & selected) ? x : low;
        high = ((x > high) & selected) ? x : high;
      });
  for (size_t k = 0; k < kStyleFeatures; ++k) {
    survey.low[k] = double{low[k]};
    survey.high[k] = double{high[k]};
  }
  survey.largest_weight = LargestWeight(survey.votes);
  if (has_style && survey.votes > 0) SurveyStyle(survey);
  return survey;
}

double VoteLikelihood::LargestWeight(uint64_t votes) const {
  if (!reader_.is_weighted()) return votes > 0 ? 1.0 : 0.0;
  double largest = 0;
  reader_.ForEachBlock([&](const VoteBlock& block) {
    for (size_t v = 0; v < block.size; ++v) largest = std::max(largest, block.weight[v]);
  });
  return largest;
}

void VoteLikelihood::SurveyStyle(Survey& survey) const {
  std::array<FixedPoint, kStyleFeatures> plain, square;
  for (size_t k = 0; k < kStyleFeatures; ++k) {
    const double largest = std::max(std::abs(survey.low[k]), std::abs(survey.high[k]));
    plain[k] = FixedPoint(largest, survey.votes);
    square[k] = FixedPoint(largest * largest, survey.votes);
  }
  std::array<uint64_t, kStyleFeatures> sums{}, sums_of_squares{};
  reader_.ForEachRow([&](const VoteTable::Rows& rows, uint32_t row, bool is_selected, bool) {
    const uint64_t kept = uint64_t{0} - static_cast<uint64_t>(is_selected);
    for (size_t k = 0; k < kStyleFeatures; ++k) {
      const double x = double{rows.styles[row][k]};
      sums[k] += plain[k].Lifted(x) & kept;
      sums_of_squares[k] += square[k].Lifted(x * x) & kept;
    }
  });
  const auto count = static_cast<double>(survey.votes);
  for (size_t k = 0; k < kStyleFeatures; ++k) {
    const double mean = plain[k].Value(plain[k].Lowered(sums[k], survey.votes)) / count;
    const double mean_square =
        square[k].Value(square[k].Lowered(sums_of_squares[k], survey.votes)) / count;
    survey.mean[k] = mean;
    survey.variance[k] = mean_square - mean * mean;
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
