#include "services/rating/live/follower.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/status_macros.h"
#include "common/lifecycle/log.h"
#include "services/rating/core/log/checkpoint.h"
#include "services/rating/model/leaderboard/canonical_json.h"

namespace arena::rating {

Follower::Follower(Options options, VoteLogReader& log, ModelReader& models,
                   CheckpointStore& checkpoints, RatingMetrics& metrics)
    : options_(std::move(options)),
      checkpoint_format_(CheckpointFormat(options_.state.boards, options_.state.elo_k)),
      log_(log),
      models_(models),
      checkpoints_(checkpoints),
      metrics_(metrics),
      state_(options_.state) {}

absl::StatusOr<Follower::Progress> Follower::Step() {
  if (!has_resumed_) ARENA_RETURN_IF_ERROR(Resume());
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
                          .position = position_,
                          .head = std::max<int64_t>(page.head_position, position_),
                          .has_more = std::ssize(page.entries) == options_.page_entries};
  if (!progress.has_more) has_caught_up_ = true;
  metrics_.Followed(progress.position, progress.head);
  return progress;
}

// A checkpoint that cannot be read costs the time of reading the whole log, nothing else.
absl::Status Follower::Resume() {
  ARENA_ASSIGN_OR_RETURN(const auto bytes, checkpoints_.Read(checkpoint_format_));
  has_resumed_ = true;
  if (!bytes) return absl::OkStatus();
  const auto checkpoint = DecodeCheckpoint(*bytes, options_.state.boards.size());
  if (!checkpoint.ok()) {
    lifecycle::LogWarn("A checkpoint is malformed; reading the whole log instead.");
    return checkpoints_.Drop(checkpoint_format_);
  }
  absl::MutexLock lock(&mutex_);
  state_ = LogState(options_.state, *checkpoint);
  position_ = state_.position();
  checkpoint_digest_ = Sha256Hex(*bytes);
  return absl::OkStatus();
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
  return state_.View();
}

absl::StatusOr<CountedState> Follower::ForCheckpoint() {
  absl::MutexLock lock(&mutex_);
  return state_.ForCheckpoint();
}

int64_t Follower::missing_until() {
  absl::MutexLock lock(&mutex_);
  return state_.missing_until();
}

absl::Status Follower::AddHistory(LogState&& rebuilt) {
  while (!rebuilt.ReplayElo(SIZE_MAX)) {
  }
  ARENA_ASSIGN_OR_RETURN(const CountedState counted, rebuilt.ForCheckpoint());
  const std::string digest = Sha256Hex(EncodeCheckpoint(counted));
  absl::MutexLock lock(&mutex_);
  if (digest != checkpoint_digest_) {
    // Without it the next start counts from the beginning.
    ARENA_RETURN_IF_ERROR(checkpoints_.Drop(checkpoint_format_));
    return absl::DataLossError(fmt::format("the checkpoint of position {} is not what the log says",
                                           state_.missing_until()));
  }
  return state_.AddHistory(std::move(rebuilt));
}

bool Follower::ReplayElo(size_t votes) {
  absl::MutexLock lock(&mutex_);
  if (!state_.is_elo_stale() || state_.missing_until() > 0) return false;
  return !state_.ReplayElo(votes);
}

void Follower::NoteCovered(int64_t position, absl::Time publish_time) {
  absl::MutexLock lock(&mutex_);
  const auto age = freshness_.Covered(position, publish_time);
  if (age) metrics_.Covered(*age);
}

}  // namespace arena::rating
