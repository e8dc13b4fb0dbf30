#include "services/rating/core/log/log_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "common/base/status_macros.h"

namespace arena::rating {
namespace {

Outcome OutcomeOf(Choice choice) {
  switch (choice) {
    case Choice::kLeft:
      return Outcome::kLeft;
    case Choice::kRight:
      return Outcome::kRight;
    case Choice::kTie:
      return Outcome::kTie;
    case Choice::kBothBad:
      break;
  }
  return Outcome::kBothBad;
}

// What style control needs of a vote, and which boards it is on.
constexpr VoteColumns kVoteColumns = {.has_style = true, .has_boards = true};

StyleVector FeaturesOf(const StyleCounts& style) {
  return {static_cast<float>(style.tokens), static_cast<float>(style.headers),
          static_cast<float>(style.list_items), static_cast<float>(style.bold_spans)};
}

absl::Status Broken(const LogEntry& entry, std::string_view what) {
  return absl::DataLossError(fmt::format("vote log entry {} {}", entry.position, what));
}

}  // namespace

LogState::LogState(Options options)
    : boards_(std::move(options.boards)),
      counts_(boards_.size()),
      elo_(options.elo_k),
      votes_(kVoteColumns) {}

LogState::LogState(Options options, const CountedState& state)
    : boards_(std::move(options.boards)),
      position_(state.counts->position),
      counts_(boards_.size()),
      statistics_(state.counts->statistics),
      retracted_(state.retracted.begin(), state.retracted.end()),
      elo_(options.elo_k, state.counts->elo_ratings, state.counts->position),
      votes_(kVoteColumns, state.counts->position),
      missing_until_(state.counts->position) {
  models_.Restore(*state.counts->models);
  for (size_t board = 0; board < counts_.size(); ++board) {
    const CountsView::Board& counted = state.counts->boards[board];
    counts_.Restore(board, *counted.counts, counted.changed_at);
  }
  early_.Restore(state.early_days);
  early_positions_.Restore(state.early_words);
}

absl::Status LogState::Apply(const LogEntry& entry) {
  if (entry.position != position_ + 1) {
    return absl::DataLossError(
        fmt::format("the vote log goes from position {} to {}; it must have "
                    "every position once",
                    position_, entry.position));
  }
  if (entry.kind != VoteKind::kVote) ARENA_RETURN_IF_ERROR(CheckTarget(entry));
  if (entry.is_rated) ARENA_RETURN_IF_ERROR(ApplyRated(entry));
  if (entry.kind == VoteKind::kRetraction) retracted_.insert(entry.target_position);
  if (entry.kind == VoteKind::kRestoration) retracted_.erase(entry.target_position);
  position_ = entry.position;
  return absl::OkStatus();
}

absl::Status LogState::CheckTarget(const LogEntry& entry) const {
  if (entry.target_position < 1 || entry.target_position >= entry.position) {
    return Broken(entry, "is about a vote that is not there");
  }
  const bool is_out = retracted_.contains(entry.target_position);
  switch (entry.kind) {
    case VoteKind::kRetraction:
      return is_out ? Broken(entry, "retracts what is retracted") : absl::OkStatus();
    case VoteKind::kRestoration:
      return is_out ? absl::OkStatus() : Broken(entry, "restores what is not retracted");
    case VoteKind::kAnnotation:
      return absl::OkStatus();
    case VoteKind::kVote:
      break;
  }
  return Broken(entry, fmt::format("is of unknown kind {}", static_cast<int>(entry.kind)));
}

absl::Status LogState::ApplyRated(const LogEntry& entry) {
  if (entry.left_model == entry.right_model) {
    return Broken(entry, "is rated, but its model plays itself");
  }
  const bool is_vote = entry.kind == VoteKind::kVote;
  ARENA_ASSIGN_OR_RETURN(Vote vote, VoteOf(entry));
  const bool is_early = is_vote ? early_.Add(entry.voter_hash, vote.day)
                                : early_positions_.Has(entry.target_position);
  if (is_vote && is_early) early_positions_.Set(entry.position);
  vote.mask = MaskOf(entry, entry.language, entry.tags, is_early);
  switch (entry.kind) {
    case VoteKind::kVote:
      Append(entry, vote);
      return absl::OkStatus();
    case VoteKind::kRetraction:
      return TakeOut(entry, vote);
    case VoteKind::kRestoration:
      return PutBack(entry, vote);
    case VoteKind::kAnnotation:
      return Relabel(entry, vote, is_early);
  }
  return absl::OkStatus();
}

absl::StatusOr<LogState::Vote> LogState::VoteOf(const LogEntry& entry) {
  ARENA_ASSIGN_OR_RETURN(const uint32_t left, models_.NumberOf(entry.left_model));
  ARENA_ASSIGN_OR_RETURN(const uint32_t right, models_.NumberOf(entry.right_model));
  return Vote{.left = left,
              .right = right,
              .outcome = OutcomeOf(entry.choice),
              .day = DayOf(absl::ToUnixMicros(entry.vote_time))};
}

uint64_t LogState::MaskOf(const LogEntry& entry, std::string_view language, TagSet tags,
                          bool is_early) const {
  return boards_.MaskOf({.language = language,
                         .tags = tags,
                         .turn = entry.turn,
                         .outcome = OutcomeOf(entry.choice),
                         .is_early = is_early});
}

void LogState::Append(const LogEntry& entry, const Vote& vote) {
  elo_.Append(entry.position, vote.left, vote.right, vote.outcome);
  votes_.Append({.position = entry.position,
                 .left = vote.left,
                 .right = vote.right,
                 .outcome = vote.outcome,
                 .style = StyleDifference(FeaturesOf(entry.left_style),
                                          FeaturesOf(entry.right_style), /*is_compatible=*/false),
                 .boards = vote.mask});
  Count(entry, vote, 1);
}

void LogState::Count(const LogEntry& entry, const Vote& vote, int64_t sign) {
  counts_.Add(vote.left, vote.right, vote.outcome, vote.mask, sign, entry.position);
  statistics_.Add(entry.language, vote.day, vote.outcome, sign);
}

absl::Status LogState::TakeOut(const LogEntry& entry, const Vote& vote) {
  if (!counts_.Has(vote.left, vote.right, vote.outcome, vote.mask) ||
      !elo_.Retract(entry.target_position) || !votes_.Retract(entry.target_position)) {
    return Broken(entry, "retracts a vote that is on no board of its labels");
  }
  Count(entry, vote, -1);
  return absl::OkStatus();
}

// On the boards of the labels in force now, which may be others than when it was taken out.
absl::Status LogState::PutBack(const LogEntry& entry, const Vote& vote) {
  if (!elo_.Restore(entry.target_position) || !votes_.Restore(entry.target_position) ||
      !votes_.SetBoards(entry.target_position, vote.mask)) {
    return Broken(entry, "restores what is no rated vote");
  }
  Count(entry, vote, 1);
  return absl::OkStatus();
}

// Late labels move a vote from the boards of the old ones to those of the new. One that is out is
// on no board; what puts it back repeats the labels in force then.
absl::Status LogState::Relabel(const LogEntry& entry, const Vote& vote, bool is_early) {
  if (retracted_.contains(entry.target_position)) return absl::OkStatus();
  if (!counts_.Has(vote.left, vote.right, vote.outcome, vote.mask)) {
    return Broken(entry, "relabels a vote that is on no board of its labels");
  }
  const uint64_t mask = MaskOf(entry, entry.new_language, entry.new_tags, is_early);
  const auto move = [&](uint64_t boards, int64_t sign) {
    counts_.Add(vote.left, vote.right, vote.outcome, boards, sign, entry.position);
  };
  move(vote.mask & ~mask, -1);
  move(mask & ~vote.mask, 1);
  statistics_.Move(entry.language, entry.new_language);
  if (votes_.SetBoards(entry.target_position, mask)) return absl::OkStatus();
  return Broken(entry, "relabels what is no rated vote");
}

CountsViewPtr LogState::View() {
  return std::make_shared<const CountsView>(
      CountsView{.position = position_,
                 .models = models_.Share(),
                 .boards = counts_.Share(),
                 .elo_ratings = elo_.ratings(),
                 .is_elo_stale = elo_.is_stale(),
                 .votes = std::make_shared<const VoteTable>(votes_.Share()),
                 .statistics = statistics_});
}

absl::StatusOr<CountedState> LogState::ForCheckpoint() {
  if (elo_.is_stale()) return absl::FailedPreconditionError("online Elo waits for a replay");
  CountedState state{.counts = View(),
                     .early_days = early_.days(),
                     .early_words = early_positions_.words(),
                     .retracted = {retracted_.begin(), retracted_.end()}};
  std::ranges::sort(state.retracted);
  return state;
}

absl::Status LogState::AddHistory(LogState&& rebuilt) {
  if (rebuilt.position_ != missing_until_ || rebuilt.missing_until_ != 0) {
    return absl::InvalidArgumentError(
        fmt::format("votes up to {} are missing, not up to {}", missing_until_, rebuilt.position_));
  }
  if (!elo_.AddEarlier(std::move(rebuilt.elo_)) || !votes_.AddEarlier(std::move(rebuilt.votes_))) {
    return absl::DataLossError(
        fmt::format("the vote log up to {} contradicts what came after", missing_until_));
  }
  missing_until_ = 0;
  return absl::OkStatus();
}

}  // namespace arena::rating
