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
    : options_(std::move(options)), elo_(options_.elo_k > 0 ? options_.elo_k : 32.0) {
  if (options_.category == "overall") options_.category.clear();
}

const char* RatingInput::Add(const RawRow& raw) {
  VoteRow row;
  if (const char* why = ParseVoteRow(raw, options_.rules, row)) return why;
  if (row.position == 0) row.position = last_position_ + 1;
  if (row.position <= last_position_) return "position does not ascend";
  last_position_ = row.position;
  if (row.position > options_.until || row.kind == RowKind::kAnnotation) return nullptr;
  if (!row.is_rated || !IsInCategory(row)) {
    ++left_out_;
    return nullptr;
  }
  return Apply(row);
}

const char* RatingInput::Apply(const VoteRow& row) {
  if (row.kind == RowKind::kRetraction && !retracted_.insert(row.target).second) {
    return "retracts what is retracted";
  }
  if (row.kind == RowKind::kRestoration && retracted_.erase(row.target) == 0) {
    return "restores what is not retracted";
  }
  const auto left = models_.Intern(row.left);
  const auto right = models_.Intern(row.right);
  if (!left || !right) return kTooManyModels;
  counts_.Add(*left, *right, row.outcome, row.kind == RowKind::kRetraction ? -1 : 1);
  if (options_.elo_k == 0) return nullptr;
  if (row.kind == RowKind::kVote) elo_.Append(row.position, *left, *right, row.outcome);
  if (row.kind == RowKind::kRetraction) elo_.Retract(row.target);
  if (row.kind == RowKind::kRestoration) elo_.Restore(row.target);
  return nullptr;
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
