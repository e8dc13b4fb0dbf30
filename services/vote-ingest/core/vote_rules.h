#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/vote-ingest/core/battle_view.h"

namespace arena::vote_ingest {

// What a voter asks for.
struct Ballot {
  BattleId battle_id;
  int turn = 0;
  Choice choice = Choice::kTie;
  std::string frontend;
};

// A vote as it goes into the log; self-contained, so that a reader needs nothing else.
struct NewVote {
  BattleId battle_id;
  int turn = 0;
  // Whether it reveals the battle.
  bool is_first = true;
  std::string frontend;
  ModelRef left;
  ModelRef right;
  Choice choice = Choice::kTie;
  // Empty means rated.
  std::vector<UnratedReason> reasons;
  std::string language = "und";
  std::vector<std::string> tags;
  // Of the unordered pair; 0 when it is not known, and for redrawn battles, which
  // inverse-propensity boards leave out.
  double draw_probability = 0;
  std::string voter_hash;
  StyleCounts style_left;
  StyleCounts style_right;
};

// What a voter gets back.
struct Receipt {
  int64_t position = 0;
  std::vector<UnratedReason> reasons;
  std::string left_name;
  std::string right_name;
  // Whether it is the answer to an earlier, equal call.
  bool is_replay = false;
};

// Append this vote, or answer with the receipt of the one that is there.
using Decision = std::variant<NewVote, Receipt>;

// Decides on a ballot for a battle that exists. Refuses with BATTLE_NOT_FOUND (another frontend's),
// ALREADY_VOTED, NOTHING_TO_COMPARE, BATTLE_EXPIRED, TURN_UNKNOWN, TURN_NOT_LAST or
// TURN_UNFINISHED. A repeat of a vote is answered even when the battle has expired since.
absl::StatusOr<Decision> Decide(const BattleView& battle, const Ballot& ballot, absl::Time now);

}  // namespace arena::vote_ingest
