#include "services/rating/live/follower.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/status_macros.h"

namespace arena::rating {

Follower::Follower(const Options& options, VoteLogReader& log, ModelReader& models,
                   RatingMetrics& metrics)
    : options_(options),
      log_(log),
      models_(models),
      metrics_(metrics),
      state_({.boards = {}, .elo_k = options.elo_k}) {}

absl::StatusOr<Follower::Progress> Follower::Step() {
  ARENA_ASSIGN_OR_RETURN(const LogPage page, log_.ReadAfter(position_, options_.page_entries));
  ARENA_RETURN_IF_ERROR(CheckPage(page));
  ARENA_RETURN_IF_ERROR(LearnNames(page));
  {
    absl::MutexLock lock(&mutex_);
    for (const LogEntry& entry : page.entries) ARENA_RETURN_IF_ERROR(state_.Apply(entry));
    if (!page.entries.empty()) {
      freshness_.Applied(page.entries.front().position, page.entries.front().vote_time);
    }
    position_ = state_.position();
  }
  const Progress progress{.applied = static_cast<int64_t>(page.entries.size()),
                          .has_more = std::ssize(page.entries) == options_.page_entries};
  if (!progress.has_more) has_caught_up_ = true;
  metrics_.Followed(position_, std::max<int64_t>(page.head_position, position_));
  return progress;
}

// That positions are consecutive is checked as they are applied; this sees what is missing at the
// end.
absl::Status Follower::CheckPage(const LogPage& page) const {
  if (page.head_position < position_) {
    return absl::DataLossError(fmt::format("the vote log ends at {}, but was read up to {}",
                                           page.head_position, position_.load()));
  }
  const int64_t last = page.entries.empty() ? position_.load() : page.entries.back().position;
  const bool is_full = std::ssize(page.entries) == options_.page_entries;
  if (!is_full && last < page.head_position) {
    return absl::DataLossError(fmt::format("the vote log must reach {}, but has nothing after {}",
                                           page.head_position, last));
  }
  return absl::OkStatus();
}

absl::Status Follower::LearnNames(const LogPage& page) {
  if (KnowsAllModels(page)) return absl::OkStatus();
  ARENA_ASSIGN_OR_RETURN(const auto names, models_.ReadNames());
  absl::MutexLock lock(&mutex_);
  for (const auto& [id, name] : names) state_.NameModel(id, name);
  return absl::OkStatus();
}

bool Follower::KnowsAllModels(const LogPage& page) {
  absl::MutexLock lock(&mutex_);
  return std::all_of(page.entries.begin(), page.entries.end(), [this](const LogEntry& entry) {
    mutex_.AssertHeld();
    return state_.Knows(entry.left_model) && state_.Knows(entry.right_model);
  });
}

CountsViewPtr Follower::View() {
  absl::MutexLock lock(&mutex_);
  state_.ReplayElo(SIZE_MAX);
  return state_.View();
}

void Follower::NoteCovered(int64_t position, absl::Time publish_time) {
  absl::MutexLock lock(&mutex_);
  const auto age = freshness_.Covered(position, publish_time);
  if (age) metrics_.Covered(*age);
}

}  // namespace arena::rating
