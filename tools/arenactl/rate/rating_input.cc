#include "tools/arenactl/rate/rating_input.h"

#include <utility>

namespace arena::rate {
namespace {

constexpr const char* kTooManyModels = "more models than one board can have";

// EloHistory, VoteTable and SeenVotes keep 37 bits of a position.
constexpr int64_t kPositionsEnd = int64_t{1} << 37;

bool ListHolds(std::string_view list, std::string_view item) {
  while (!list.empty()) {
    const size_t comma = list.find(',');
    if (list.substr(0, comma) == item) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
  return false;
}

// Counts a kept vote, or no longer; one just appended counts.
template <typename Votes>
void Follow(Votes& votes, const VoteRow& row, int change) {
  const bool is_vote = row.kind == RowKind::kVote;
  const int64_t position = is_vote ? row.position : row.target;
  if (change < 0 || (is_vote && change == 0)) votes.Retract(position);
  if (change > 0 && !is_vote) votes.Restore(position);
}

}  // namespace

RatingInput::RatingInput(InputOptions options)
    : options_(std::move(options)),
      elo_(options_.elo_k > 0 ? options_.elo_k : 32.0),
      table_({.has_style = options_.needs_style,
              .has_weight = options_.needs_propensity,
              .has_cluster = options_.needs_clusters}) {
  if (options_.category == "overall") options_.category.clear();
  options_.rules.reads_style = options_.needs_style;
}

const char* RatingInput::Add(const RawRow& raw) {
  VoteRow row;
  if (const char* why = ParseVoteRow(raw, options_.rules, row)) return why;
  const bool has_position = row.position != 0;
  if (!has_position) row.position = last_position_ + 1;
  if (row.position >= kPositionsEnd) return "position must be below 2^37";
  if (row.position <= last_position_) return "position does not ascend";
  last_position_ = row.position;
  const bool says_nothing = row.kind == RowKind::kAnnotation && row.new_tags.data() == nullptr;
  if (row.position > options_.until || says_nothing) return nullptr;
  return row.kind == RowKind::kVote ? AddVote(row, has_position) : AddAmendment(row);
}

const char* RatingInput::AddVote(const VoteRow& row, bool has_position) {
  int change = 0;
  if (!IsLeftOut(row)) {
    change = ChangeBy(row);
    if (const char* why = Apply(row, change)) return why;
  }
  if (change == 0) ++left_out_;
  if (has_position) seen_.Append(row, change > 0);
  return nullptr;
}

const char* RatingInput::AddAmendment(const VoteRow& row) {
  SeenVotes::Vote* vote = seen_.Find(row.target);
  if (vote == nullptr) return "is about a vote that the file does not hold";
  if (!seen_.Matches(*vote, row)) return "differs from the vote that it is about";
  if (IsLeftOut(row)) return nullptr;
  if (const char* why = Contradiction(row)) return why;
  const int change = ChangeBy(row);
  // Else labels that contradict earlier ones would take out what never counted.
  const int counted = static_cast<int>(vote->is_counted) + change;
  if (counted < 0 || counted > 1) return "labels contradict earlier ones";
  if (const char* why = Apply(row, change)) return why;
  if (row.kind == RowKind::kRetraction) retracted_.insert(row.target);
  if (row.kind == RowKind::kRestoration) retracted_.erase(row.target);
  vote->is_counted = counted == 1 ? 1u : 0u;
  return nullptr;
}

const char* RatingInput::Apply(const VoteRow& row, int change) {
  if (options_.needs_style && !row.style) return "no style counts";
  const bool is_vote = row.kind == RowKind::kVote;
  const bool is_kept = is_vote && (options_.elo_k > 0 || keeps_votes());
  if (change == 0 && !is_kept) return nullptr;

  const auto left = models_.Intern(row.left);
  const auto right = models_.Intern(row.right);
  if (!left || !right) return kTooManyModels;
  if (change != 0) {
    counts_.Add(*left, *right, row.outcome, change);
    if (options_.needs_propensity) {
      propensities_.Add(*left, *right, row.outcome, *row.propensity, change);
    }
  }
  if (options_.elo_k > 0) {
    if (is_vote) elo_.Append(row.position, *left, *right, row.outcome);
    Follow(elo_, row, change);
  }
  if (keeps_votes()) {
    if (is_vote) AppendToTable(row, *left, *right);
    Follow(table_, row, change);
  }
  return nullptr;
}

const char* RatingInput::Contradiction(const VoteRow& row) const {
  const bool is_out = retracted_.contains(row.target);
  if (row.kind == RowKind::kRetraction && is_out) return "retracts what is retracted";
  if (row.kind == RowKind::kRestoration && !is_out) return "restores what is not retracted";
  return nullptr;
}

int RatingInput::ChangeBy(const VoteRow& row) const {
  const int was_in = IsInCategory(row.language, row.tags) ? 1 : 0;
  switch (row.kind) {
    case RowKind::kVote:
    case RowKind::kRestoration:
      return was_in;
    case RowKind::kRetraction:
      return -was_in;
    case RowKind::kAnnotation:
      // What restores a retracted vote will repeat its new labels.
      if (retracted_.contains(row.target)) return 0;
      return (IsInCategory(row.new_language, row.new_tags) ? 1 : 0) - was_in;
  }
  return 0;
}

void RatingInput::AppendToTable(const VoteRow& row, uint32_t left, uint32_t right) {
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

bool RatingInput::IsInCategory(std::string_view language, std::string_view tags) const {
  return options_.category.empty() || language == options_.category ||
         ListHolds(tags, options_.category);
}

}  // namespace arena::rate
