#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/base/ids.h"
#include "common/domain/battle.h"

// What deciding on a vote needs to know.
namespace arena::vote_ingest {

// One ended side of a turn.
struct SideFacts {
  SideEnd end = SideEnd::kFailed;
  StyleCounts style;
  bool identity_shown = false;
  bool flagged = false;
};

// One started turn.
struct TurnView {
  int turn = 0;
  // An unfinished turn counts as failed after it.
  absl::Time deadline;
  std::optional<SideFacts> left;
  std::optional<SideFacts> right;
  // Of the prompt.
  std::string language = "und";
  std::vector<std::string> tags;
};

struct ModelRef {
  ModelId id{};
  std::string name;
};

// A vote that is in the log.
struct CastVote {
  int turn = 0;
  Choice choice = Choice::kTie;
  int64_t position = 0;
  std::vector<UnratedReason> reasons;
};

struct BattleView {
  BattleId id;
  BattleMode mode = BattleMode::kAnonymous;
  std::string frontend;
  std::string voter_hash;
  absl::Time expire_time;
  // The effective draw. No right model in direct mode.
  ModelRef left;
  std::optional<ModelRef> right;
  int draw_number = 1;
  double pair_probability = 0;
  // Started turns, ascending.
  std::vector<TurnView> turns;
  // Votes, ascending by turn; empty unless they were asked for.
  std::vector<CastVote> votes;
};

}  // namespace arena::vote_ingest
