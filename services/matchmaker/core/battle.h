#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/base/ids.h"
#include "common/domain/battle.h"
#include "services/matchmaker/core/capabilities.h"
#include "services/matchmaker/core/draw.h"

namespace arena::matchmaker {

// The numbers of arena.v1.BattleState.
enum class BattleState : int16_t {
  kOpen = 1,
  kAnswering = 2,
  kAnswered = 3,
  kRevealed = 4,
  kExpired = 5,
};

// Who plays, by one draw.
struct DrawnPair {
  int number = 1;
  ModelId left{};
  std::optional<ModelId> right;
};

// The turn started last.
struct LastTurn {
  int turn = 1;
  // An unfinished turn counts as failed after it.
  absl::Time deadline;
  int ended_sides = 0;
};

struct BattleVote {
  int turn = 1;
  Choice choice{};
  int64_t position = 0;
};

// A battle with all that has happened in it, as far as matchmaker may know.
struct StoredBattle {
  BattleId id;
  BattleMode mode = BattleMode::kAnonymous;
  std::string frontend;
  // Hexadecimal digits of the SHA-256 of the request; tells a repeat from a reuse.
  std::string request_digest;
  CapabilitySet required;
  absl::Time create_time;
  absl::Time expire_time;
  // By number, from 1; the last one holds.
  std::vector<DrawnPair> draws;
  // Names of the models that hold; the right one is empty in direct mode.
  std::string left_name;
  std::string right_name;
  std::optional<LastTurn> last_turn;
  std::vector<Side> sides_ended_in_turn_one;
  // By position.
  std::vector<BattleVote> votes;
  // Whether somebody voted, by the claims.
  bool is_claimed = false;
};

// A battle to be stored, with its first draw.
struct NewBattle {
  StoredBattle battle;
  std::string voter_hash;
  std::string address_hash;
  Draw draw;
};

// Where the battle is at `now`. A battle's state is stored nowhere; this is the only place that
// derives it for frontends.
BattleState StateOf(const StoredBattle& battle, absl::Time now);

// Whether the caller may see the names: after the first vote, or where the user named them.
bool MayShowNames(const StoredBattle& battle);

}  // namespace arena::matchmaker
