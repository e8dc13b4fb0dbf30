#include "services/matchmaker/storage/battle_store.h"

#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "common/base/errors.h"
#include "common/base/hex.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/postgres/array_literal.h"
#include "services/matchmaker/storage/battle_statements.h"

namespace arena::matchmaker {
namespace {

using BattlesById = absl::flat_hash_map<BattleId, StoredBattle>;

// The first of each id; the draws of the others would have no battle to belong to.
std::vector<const NewBattle*> WithoutRepeats(absl::Span<const NewBattle> battles) {
  absl::flat_hash_set<BattleId> seen;
  std::vector<const NewBattle*> first;
  for (const NewBattle& battle : battles) {
    if (seen.insert(battle.battle.id).second) first.push_back(&battle);
  }
  return first;
}

absl::StatusOr<CreatedBattle> Repeat(const NewBattle& wanted, const BattlesById& stored) {
  const auto found = stored.find(wanted.battle.id);
  if (found == stored.end()) return InternalError("A battle that was in the way is gone.");
  if (found->second.request_digest != wanted.battle.request_digest) return RequestIdReused();
  return CreatedBattle{.battle = found->second, .is_new = false};
}

}  // namespace

BattleWriter::GroupResult BattleStore::Create(absl::Span<const NewBattle> battles) {
  const InsertParameters p(WithoutRepeats(battles));
  absl::flat_hash_set<BattleId> inserted;
  ARENA_RETURN_IF_ERROR(database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    inserted.clear();
    const pqxx::result rows = session.exec_params(
        kInsertBattles, p.ids, p.modes, p.frontends, p.digests, p.voters, p.addresses,
        p.capabilities, p.create_times, p.expire_times, p.lefts, p.rights, p.probabilities, p.coins,
        p.policies, p.epochs, p.eligible_digests);
    for (const auto& row : rows) inserted.insert(BattleId(*Uuid::Parse(row[0].c_str())));
    return absl::OkStatus();
  }));

  std::vector<absl::StatusOr<CreatedBattle>> results(battles.size());
  std::vector<size_t> repeats;
  std::vector<BattleId> taken;
  for (size_t i = 0; i < battles.size(); ++i) {
    const StoredBattle& battle = battles[i].battle;
    // Erased, so that a repeat within the group is one, too.
    if (inserted.erase(battle.id) == 1) {
      results[i] = CreatedBattle{.battle = battle, .is_new = true};
    } else {
      repeats.push_back(i);
      taken.push_back(battle.id);
    }
  }
  if (repeats.empty()) return results;

  ARENA_ASSIGN_OR_RETURN(std::vector<StoredBattle> read, ReadAll(taken));
  BattlesById stored;
  for (StoredBattle& battle : read) stored.emplace(battle.id, std::move(battle));
  for (const size_t i : repeats) results[i] = Repeat(battles[i], stored);
  return results;
}

absl::StatusOr<StoredBattle> BattleStore::Read(const BattleId& id) {
  ARENA_ASSIGN_OR_RETURN(std::vector<StoredBattle> found, ReadAll({id}));
  if (found.empty()) return BattleNotFound();
  return std::move(found.front());
}

absl::StatusOr<BattleCounts> BattleStore::CountOpen(absl::Time now, absl::Duration lifetime) {
  const absl::Time first = now - lifetime - limits::kRequestIdMaxAge;
  BattleCounts counts;
  ARENA_RETURN_IF_ERROR(database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    counts.clear();
    for (const auto& row : session.exec_params(kCountOpenBattles, Uuid::FirstOf(first).ToString(),
                                               absl::ToDoubleSeconds(now - absl::UnixEpoch()))) {
      counts[row[0].as<std::string>()] = row[1].as<int64_t>();
    }
    return absl::OkStatus();
  }));
  return counts;
}

absl::StatusOr<bool> BattleStore::AddRedraw(const BattleId& id, Side side, const Draw& draw,
                                            absl::Time now) {
  bool is_added = false;
  ARENA_RETURN_IF_ERROR(database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    const pqxx::result result = session.exec_params(
        kInsertRedraw, id.ToString(), draw.number, static_cast<int>(draw.left),
        static_cast<int>(*draw.right), draw.probability, draw.smaller_left ? 1 : 0, draw.policy,
        draw.policy_epoch, ToHex(draw.eligible_digest), static_cast<int>(side),
        absl::ToDoubleSeconds(now - absl::UnixEpoch()));
    is_added = result.affected_rows() == 1;
    return absl::OkStatus();
  }));
  return is_added;
}

absl::StatusOr<std::vector<StoredBattle>> BattleStore::ReadAll(absl::Span<const BattleId> ids) {
  absl::flat_hash_set<BattleId> distinct(ids.begin(), ids.end());
  ArrayLiteral array;
  for (const BattleId& id : distinct) array.Add(id.ToString());
  std::vector<StoredBattle> battles;
  ARENA_RETURN_IF_ERROR(database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    battles.clear();
    for (const auto& row : session.exec_params(kReadBattles, array.Finish())) {
      battles.push_back(BattleOf(row));
    }
    return absl::OkStatus();
  }));
  return battles;
}

}  // namespace arena::matchmaker
