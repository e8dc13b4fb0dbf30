#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "services/rating/core/log/board_counts.h"
#include "services/rating/core/log/checkpoint.h"
#include "services/rating/core/log/counts_view.h"
#include "services/rating/core/log/log_entry.h"
#include "services/rating/core/log/model_numbers.h"
#include "services/rating/core/log/position_bits.h"
#include "services/rating/core/log/vote_statistics.h"
#include "services/rating/model/votes/boards.h"
#include "services/rating/model/votes/early_votes.h"
#include "services/rating/model/votes/elo_history.h"
#include "services/rating/model/votes/vote_table.h"

namespace arena::rating {

// Everything that rating knows from the log up to a position: a pure function of these entries.
// For one thread at a time.
class LogState {
 public:
  struct Options {
    BoardSet boards;
    double elo_k = 32.0;
  };
  explicit LogState(Options options);
  // Goes on from a checkpoint. The votes one by one are missing until AddHistory brings them; what
  // is counted does not need them.
  LogState(Options options, const CountedState& state);

  // Names of models must be known before entries that mention them; they never change.
  void NameModel(ModelId id, std::string_view name) { models_.Name(id, name); }
  bool Knows(ModelId id) const { return models_.Knows(id); }

  // Applies the entry after the last one, on all boards at once. DATA_LOSS when the log is not what
  // it promises: a position is missing or repeated, a model is unknown or plays itself, a vote is
  // taken out twice, or put back or relabelled from what it was not. The state is unchanged then,
  // but no longer worth anything.
  absl::Status Apply(const LogEntry& entry);

  // Position of the last entry applied; 0 before the first.
  int64_t position() const { return position_; }

  // What was counted, to be read by other threads. Costs a pointer for each sixteen pairs of the
  // boards that have changed since the last view.
  CountsViewPtr View();

  // What a checkpoint holds. FAILED_PRECONDITION while online Elo is stale.
  absl::StatusOr<CountedState> ForCheckpoint();

  // Online Elo is stale after a retraction or restoration, until all votes have been replayed. This
  // replays at most so many, about 10 ns each; whether Elo is up to date. Without the votes before
  // the checkpoint it gets nowhere.
  bool ReplayElo(size_t votes) { return elo_.Replay(votes); }
  bool is_elo_stale() const { return elo_.is_stale(); }

  // Position of the checkpoint whose votes are missing; 0 when none are.
  int64_t missing_until() const { return missing_until_; }
  // Takes the missing votes from a state that was made of the whole log up to that position, and
  // whose checkpoint had better be the same as the one that this began with. DATA_LOSS when it
  // contradicts what came after.
  absl::Status AddHistory(LogState&& rebuilt);

 private:
  // A rated vote as boards see it.
  struct Vote {
    uint32_t left = 0;
    uint32_t right = 0;
    Outcome outcome = Outcome::kTie;
    uint64_t mask = 0;
    int32_t day = 0;
  };

  absl::Status CheckTarget(const LogEntry& entry) const;
  absl::Status ApplyRated(const LogEntry& entry);
  // The vote that an entry is, or is about, yet without its boards.
  absl::StatusOr<Vote> VoteOf(const LogEntry& entry);
  uint64_t MaskOf(const LogEntry& entry, std::string_view language, TagSet tags,
                  bool is_early) const;
  void Append(const LogEntry& entry, const Vote& vote);
  void Count(const LogEntry& entry, const Vote& vote, int64_t sign);
  absl::Status TakeOut(const LogEntry& entry, const Vote& vote);
  absl::Status PutBack(const LogEntry& entry, const Vote& vote);
  absl::Status Relabel(const LogEntry& entry, const Vote& vote, bool is_early);

  BoardSet boards_;
  int64_t position_ = 0;
  ModelNumbers models_;
  BoardCounts counts_;
  VoteStatistics statistics_;
  EarlyVotes early_;
  // Of the votes that are early.
  PositionBits early_positions_;
  // Votes that are out at the moment, rated or not.
  absl::flat_hash_set<int64_t> retracted_;
  // The rated votes one by one, for Elo and for style control.
  EloHistory elo_;
  VoteTable votes_;
  int64_t missing_until_ = 0;
};

}  // namespace arena::rating
