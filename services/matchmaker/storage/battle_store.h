#pragma once

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/base/ids.h"
#include "common/domain/battle.h"
#include "common/postgres/database.h"
#include "common/postgres/group_commit_writer.h"
#include "services/matchmaker/core/battle.h"
#include "services/matchmaker/core/open_battles.h"

namespace arena::matchmaker {

// What came of an attempt to store a battle.
struct CreatedBattle {
  StoredBattle battle;
  // False for a repeat: the battle is the one that was stored before, as it is now.
  bool is_new = false;
};

// Callers' battles on their way to BattleStore::Create, many to a commit.
using BattleWriter = GroupCommitWriter<NewBattle, CreatedBattle>;

// Battles and their draws on PostgreSQL, as role arena_matchmaker. Shared by threads; calls block.
// Errors beside those named are those of common/postgres/error_mapping.h. `database` must outlive
// it.
class BattleStore {
 public:
  explicit BattleStore(Database& database) : database_(database) {}

  // Stores each battle with its first draw, all in one statement, durable when it returns. A battle
  // whose id is taken is a repeat when the request digest is the same, and REQUEST_ID_REUSED
  // otherwise; an id may stand several times in one group. Bears repetition.
  BattleWriter::GroupResult Create(absl::Span<const NewBattle> battles);

  // Reads a battle with everything that happened in it, in one round trip; BATTLE_NOT_FOUND.
  absl::StatusOr<StoredBattle> Read(const BattleId& id);

  // Counts the battles whose time is not over at `now`, where none takes longer than `lifetime`.
  // The cost grows with their number: not for every call.
  absl::StatusOr<BattleCounts> CountOpen(absl::Time now, absl::Duration lifetime);

  // Adds a draw for `side`, decided at `now`. False when its number is taken, or what DecideRedraw
  // goes by has changed: then read again and decide again.
  absl::StatusOr<bool> AddRedraw(const BattleId& id, Side side, const Draw& draw, absl::Time now);

 private:
  // Those of `ids` that exist, in no order.
  absl::StatusOr<std::vector<StoredBattle>> ReadAll(absl::Span<const BattleId> ids);

  Database& database_;
};

}  // namespace arena::matchmaker
