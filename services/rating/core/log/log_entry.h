#pragma once

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "common/base/ids.h"
#include "common/domain/battle.h"
#include "services/rating/model/votes/boards.h"

namespace arena::rating {

// What rating reads of one entry of the vote log. An entry that is not a vote repeats these columns
// of the vote at `target_position`, with the labels in force before it, so it can be obeyed without
// a look-up.
struct LogEntry {
  int64_t position = 0;
  VoteKind kind = VoteKind::kVote;
  int64_t target_position = 0;
  ModelId left_model{};
  ModelId right_model{};
  Choice choice = Choice::kLeft;
  bool is_rated = false;
  absl::Time vote_time;

  // The turn that was voted on, from 1.
  int turn = 1;
  // ISO 639 code; "und" when it cannot be told.
  std::string language = "und";
  TagSet tags;
  // The voter's pseudonym; empty when there is none.
  std::string voter_hash;
  StyleCounts left_style;
  StyleCounts right_style;
  // Of the unordered pair; 0 when it is not known.
  double draw_probability = 0;

  // Of an annotation: the labels in force from now on.
  std::string new_language;
  TagSet new_tags;
};

}  // namespace arena::rating
