#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/rating/core/log/counts_view.h"
#include "services/rating/model/votes/boards.h"
#include "services/rating/model/votes/early_votes.h"

namespace arena::rating {

// A LogState without its votes one by one, as of a position: what a restart needs in order to go on
// from there. Immutable once made.
struct CountedState {
  // Never null; its Elo is not stale.
  CountsViewPtr counts;
  // As in EarlyVotes and PositionBits.
  std::map<int32_t, EarlyVotes::Counts> early_days;
  std::vector<uint64_t> early_words;
  // Votes that are out at the moment, ascending.
  std::vector<int64_t> retracted;
};

// Names the bytes below and all they depend on: their version, the definitions of the boards and
// Elo's K. A checkpoint of another format is of no use.
std::string CheckpointFormat(const BoardSet& boards, double elo_k);

// As bytes with a SHA-256 at the end, only cells with votes, two to four bytes each. Equal states
// give equal bytes.
std::string EncodeCheckpoint(const CountedState& state);

// Back to the same bits. DATA_LOSS for anything that EncodeCheckpoint does not write for so many
// boards.
absl::StatusOr<CountedState> DecodeCheckpoint(std::string_view bytes, size_t boards);

}  // namespace arena::rating
