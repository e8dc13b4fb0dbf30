#include "tools/arenactl/rate/rating_input.h"

#include <utility>

namespace arena::rate {
namespace {

constexpr const char* kTooManyModels = "more models than one board can have";

bool ListHolds(std::string_view list, std::string_view item) {
  while (!list.empty()) {
    const size_t comma = list.find(',');
    if (list.substr(0, comma) == item) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
  return false;
}

}  // namespace

RatingInput::RatingInput(InputOptions options)
    : options_(std::move(options)),
      elo_(options_.elo_k > 0 ? options_.elo_k : 32.0),
      table_({.has_style = options_.needs_style,
              .has_weight = options_.needs_propensity,
              .has_cluster = options_.needs_clusters}) {
  if (options_.category == "overall") options_.category.clear();
}

const char* RatingInput::Add(const RawRow& raw) {
  VoteRow row;
  if (const char* why = ParseVoteRow(raw, options_.rules, row)) return why;
  if (row.position == 0) row.position = last_position_ + 1;
  if (row.position <= last_position_) return "position does not ascend";
  last_position_ = row.position;
  if (row.position > options_.until || row.kind == RowKind::kAnnotation) return nullptr;
  if (!row.is_rated || !IsInCategory(row) || (options_.needs_propensity && !row.propensity)) {
    ++left_out_;
    return nullptr;
  }
  return Apply(row);
}

const char* RatingInput::Apply(const VoteRow& row) {
  if (options_.needs_style && !row.style) return "no style counts";
  if (row.kind == RowKind::kRetraction && !retracted_.insert(row.target).second) {
    return "retracts what is retracted";
  }
  if (row.kind == RowKind::kRestoration && retracted_.erase(row.target) == 0) {
    return "restores what is not retracted";
  }
  const auto left = models_.Intern(row.left);
  const auto right = models_.Intern(row.right);
  if (!left || !right) return kTooManyModels;
  const int64_t sign = row.kind == RowKind::kRetraction ? -1 : 1;
  counts_.Add(*left, *right, row.outcome, sign);
  if (options_.needs_propensity) {
    propensities_.Add(*left, *right, row.outcome, *row.propensity, sign);
  }
  if (options_.elo_k > 0) {
    if (row.kind == RowKind::kVote) elo_.Append(row.position, *left, *right, row.outcome);
    if (row.kind == RowKind::kRetraction) elo_.Retract(row.target);
    if (row.kind == RowKind::kRestoration) elo_.Restore(row.target);
  }
  if (keeps_votes()) KeepVote(row, *left, *right);
  return nullptr;
}

void RatingInput::KeepVote(const VoteRow& row, uint32_t left, uint32_t right) {
  if (row.kind == RowKind::kRetraction) table_.Retract(row.target);
  if (row.kind == RowKind::kRestoration) table_.Restore(row.target);
  if (row.kind != RowKind::kVote) return;
  rating::TableVote vote{
      .position = row.position, .left = left, .right = right, .outcome = row.outcome};
  if (row.style) {
    rating::StyleVector of_left, of_right;
    for (size_t k = 0; k < rating::kStyleFeatures; ++k) {
      of_left[k] = (*row.style)[k];
      of_right[k] = (*row.style)[rating::kStyleFeatures + k];
    }
    vote.style = rating::StyleDifference(of_left, of_right, options_.compatible_style);
  }
  if (row.propensity) vote.weight = static_cast<float>(rating::PropensityWeight(*row.propensity));
  if (options_.needs_clusters) vote.cluster = ClusterOf(row.voter);
  table_.Append(vote);
}

uint32_t RatingInput::ClusterOf(std::string_view voter) {
  if (voter.empty()) return clusters_++;
  const auto [found, is_new] = voters_.try_emplace(std::string(voter), clusters_);
  if (is_new) ++clusters_;
  return found->second;
}

bool RatingInput::takes_plain_votes() const {
  return options_.until == INT64_MAX && options_.category.empty() && !keeps_votes() &&
         !options_.needs_propensity;
}

void RatingInput::AddPlainVotes(std::span<const PlainVote> votes) {
  for (const PlainVote& vote : votes) counts_.Prefetch(vote.left, vote.right);
  for (const PlainVote& vote : votes) {
    ++last_position_;
    counts_.Add(vote.left, vote.right, vote.outcome);
    if (options_.elo_k > 0) elo_.Append(last_position_, vote.left, vote.right, vote.outcome);
  }
}

const char* RatingInput::AddCounts(std::string_view left, std::string_view right,
                                   rating::Outcome outcome, int64_t votes) {
  const auto a = models_.Intern(left);
  const auto b = models_.Intern(right);
  if (!a || !b) return kTooManyModels;
  counts_.Add(*a, *b, outcome, votes);
  is_ordered_ = false;
  return nullptr;
}

bool RatingInput::IsInCategory(const VoteRow& row) const {
  return options_.category.empty() || row.language == options_.category ||
         ListHolds(row.tags, options_.category);
}

}  // namespace arena::rate
