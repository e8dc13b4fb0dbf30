#include "services/rating/live/checkpointer.h"

#include "common/base/status_macros.h"

namespace arena::rating {

absl::StatusOr<bool> Checkpointer::Step() {
  if (!lease_.held() || !follower_.has_caught_up()) return false;
  if (follower_.position() - saved_position_ < least_entries_) return false;
  const auto counted = follower_.ForCheckpoint();
  // Online Elo is being replayed; the next step finds it done.
  if (absl::IsFailedPrecondition(counted.status())) return false;
  if (!counted.ok()) return counted.status();
  const int64_t position = counted->counts->position;
  ARENA_RETURN_IF_ERROR(store_.Save(format_, position, EncodeCheckpoint(*counted)));
  metrics_.Checkpointed();
  saved_position_ = position;
  return true;
}

}  // namespace arena::rating
