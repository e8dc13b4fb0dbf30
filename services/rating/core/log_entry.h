#pragma once

#include <cstdint>

#include "absl/time/time.h"
#include "common/base/ids.h"
#include "common/domain/battle.h"

namespace arena::rating {

// What rating reads of one entry of the vote log. An entry that is not a vote repeats these columns
// of the vote at `target_position`, so it can be obeyed without a look-up.
struct LogEntry {
  int64_t position = 0;
  VoteKind kind = VoteKind::kVote;
  int64_t target_position = 0;
  ModelId left_model{};
  ModelId right_model{};
  Choice choice = Choice::kLeft;
  bool is_rated = false;
  absl::Time vote_time;
};

}  // namespace arena::rating
