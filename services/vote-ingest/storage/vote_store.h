#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/vote-ingest/core/amendment.h"
#include "services/vote-ingest/core/battle_view.h"
#include "services/vote-ingest/core/vote_rules.h"

namespace arena::vote_ingest {

// An entry of the log. In one that is no vote, `vote` and `time` repeat what the vote at
// `target_position` says, with the labels that were in force before the entry.
struct LogEntry {
  int64_t position = 0;
  VoteKind kind = VoteKind::kVote;
  int64_t target_position = 0;
  NewVote vote;
  absl::Time time;

  // Of entries that are no votes.
  std::string reason;
  absl::Time entry_time;
  // Of annotations; the language is never empty.
  int label_version = 0;
  NewLabels new_labels;
};

// What a reader of the log wants.
struct LogRange {
  // Positions after this one.
  int64_t after = 0;
  // Up to and including this one.
  int64_t until = INT64_MAX;
  int limit = 1'000;
  // Whether entries about models that may not be named are included.
  bool include_unnamed = false;
  // Whether retractions and restorations are included.
  bool include_quarantine = false;
};

struct LogPage {
  std::vector<LogEntry> entries;  // by position, ascending
  // The last position that was looked at, even when its entry was left out.
  int64_t last_position = 0;
  // The newest entry of the log.
  int64_t head_position = 0;
};

struct Appended {
  int64_t position = 0;
  // Whether it was to be rated, and is not because of the cap of rated votes a first prompt.
  bool is_beyond_cap = false;

  friend bool operator==(const Appended&, const Appended&) = default;
};

// Some votes of one voter.
struct VoterPage {
  std::vector<int64_t> positions;  // ascending
  // Where to go on; 0 when the log has been searched to its end.
  int64_t next_position = 0;
};

// The vote log and what it takes to decide on a vote. Shared by threads; calls block. All errors
// are those of common/postgres/error_mapping.h.
class VoteStore {
 public:
  virtual ~VoteStore() = default;

  // Reads battles, in the order of `ids`; nothing for an id that is not known. `with_votes` fills
  // BattleView::votes.
  virtual absl::StatusOr<std::vector<std::optional<BattleView>>> LoadBattles(
      absl::Span<const BattleId> ids, bool with_votes) = 0;

  // Appends votes, at most one a battle, all in one transaction: durable when it returns. Gives
  // each its position, in the order of `votes`; nothing for a vote whose claim was taken before:
  // then load the battle with its votes and decide again. A store may have a cap: of the votes of
  // battles with the same first prompt, only so many are rated, in the order of the log.
  virtual absl::StatusOr<std::vector<std::optional<Appended>>> Append(
      absl::Span<const NewVote> votes) = 0;

  // Appends one entry about each vote, in the order of the positions, all or none: durable when it
  // returns. A repeat gets the first answer. VOTE_NOT_FOUND, those of VoteSettled, or
  // REQUEST_ID_REUSED.
  virtual absl::StatusOr<Amended> Amend(const Amendment& amendment) = 0;

  // Finds the votes of a voter from `start_position` on: at most limits::kAmendedVotes, among at
  // most limits::kSearchedPositions.
  virtual absl::StatusOr<VoterPage> FindVotes(const std::string& voter_hash,
                                              int64_t start_position) = 0;

  // Reads a part of the log. A prefix once read never changes.
  virtual absl::StatusOr<LogPage> Read(const LogRange& range) = 0;

  // The keys of the models with these names; unknown names are missing from the answer.
  virtual absl::StatusOr<std::map<std::string, ModelId>> FindModels(
      absl::Span<const std::string> names) = 0;

  virtual absl::Status Ping() = 0;
};

}  // namespace arena::vote_ingest
