#include "services/matchmaker/core/battle.h"

namespace arena::matchmaker {

BattleState StateOf(const StoredBattle& battle, absl::Time now) {
  if (battle.is_claimed) return BattleState::kRevealed;
  if (now >= battle.expire_time) return BattleState::kExpired;
  if (!battle.last_turn.has_value()) return BattleState::kOpen;
  const int sides = battle.mode == BattleMode::kDirect ? 1 : 2;
  // A crash in mid-turn leaves facts missing for ever; the deadline ends such a turn.
  const bool has_ended =
      battle.last_turn->ended_sides >= sides || now >= battle.last_turn->deadline;
  return has_ended ? BattleState::kAnswered : BattleState::kAnswering;
}

bool MayShowNames(const StoredBattle& battle) {
  return battle.mode != BattleMode::kAnonymous || battle.is_claimed;
}

}  // namespace arena::matchmaker
