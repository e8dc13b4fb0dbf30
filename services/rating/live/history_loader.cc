#include "services/rating/live/history_loader.h"

#include <utility>

#include "common/base/status_macros.h"

namespace arena::rating {

HistoryLoader::HistoryLoader(Follower::Options options, VoteLogReader& log, ModelReader& models,
                             Follower& follower, RatingMetrics& metrics)
    : options_(std::move(options)),
      log_(log),
      models_(models),
      follower_(follower),
      metrics_(metrics) {}

absl::StatusOr<bool> HistoryLoader::Step() {
  const int64_t until = follower_.missing_until();
  if (until == 0) return false;
  if (!rebuilt_) {
    ARENA_ASSIGN_OR_RETURN(const auto names, models_.ReadNames());
    rebuilt_.emplace(options_.state);
    for (const auto& [id, name] : names) rebuilt_->NameModel(id, name);
  }
  ARENA_ASSIGN_OR_RETURN(const LogPage page,
                         log_.ReadAfter(rebuilt_->position(), options_.page_entries, until));
  for (const LogEntry& entry : page.entries) ARENA_RETURN_IF_ERROR(rebuilt_->Apply(entry));
  metrics_.Missing(until - rebuilt_->position());
  if (rebuilt_->position() < until) return true;
  ARENA_RETURN_IF_ERROR(follower_.AddHistory(*std::exchange(rebuilt_, std::nullopt)));
  return false;
}

}  // namespace arena::rating
