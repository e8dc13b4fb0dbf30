#include "services/vote-ingest/storage/postgres_vote_store.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/postgres/array_literal.h"
#include "services/vote-ingest/storage/amend_statement.h"
#include "services/vote-ingest/storage/append_statement.h"
#include "services/vote-ingest/storage/log_statement.h"

namespace arena::vote_ingest {
namespace {

using IndexOf = absl::flat_hash_map<BattleId, size_t>;

// One row a started turn with both sides; one row with nulls for a battle without turns. Models
// come as keys: a join with their names costs more than all the rest.
constexpr char kLoadBattles[] = R"(
    select id, mode, frontend, voter_hash, expire_micros, draw_number, left_model, right_model,
           pair_probability, turn, deadline_micros, language, tags,
           left_end, left_tokens, left_headers, left_list_items, left_bold_spans,
           left_identity_shown, left_flagged,
           right_end, right_tokens, right_headers, right_list_items, right_bold_spans,
           right_identity_shown, right_flagged
    from arena.load_battles($1))";
// Where a row of kLoadBattles has the facts of each side.
constexpr int kLeftFacts = 13;
constexpr int kRightFacts = 20;

constexpr char kLoadVotes[] = R"(
    select v.battle_id, v.turn, v.choice, v.position, array_to_string(v.unrated_reasons, ',')
    from unnest($1::uuid[]) as i (id)
    join arena.vote_log v on v.battle_id = i.id
    where v.kind = 1
    order by v.battle_id, v.turn)";

constexpr char kAppend[] = R"(
    select claimed_battle, claimed_position, is_beyond_cap
    from arena.append_votes($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15))";

// A voter has no index of its own, since every vote would pay for it: the log is looked through.
constexpr char kFindVotes[] = R"(
    select position from arena.vote_log
    where position >= $1 and position < $2 and kind = 1 and voter_hash = $3
    order by position limit $4)";

Uuid UuidOf(const pqxx::field& field) { return *Uuid::Parse(field.c_str()); }

// libpqxx reads numbers through a stream, which costs more than everything else about a row.
template <typename Number>
Number NumberOf(const pqxx::field& field) {
  Number number{};
  std::from_chars(field.c_str(), field.c_str() + field.size(), number);
  return number;
}

absl::Time MicrosOf(const pqxx::field& microseconds) {
  return absl::FromUnixMicros(NumberOf<int64_t>(microseconds));
}

bool BoolOf(const pqxx::field& field) { return *field.c_str() == 't'; }

std::string TextOf(const pqxx::field& field) { return {field.c_str(), field.size()}; }

// Each id once, ascending, as they lie in the indexes.
std::string IdArray(absl::Span<const BattleId> ids) {
  const std::set<BattleId> distinct(ids.begin(), ids.end());
  ArrayLiteral array;
  for (const BattleId& id : distinct) array.Add(id.ToString());
  return array.Finish();
}

// Without the models' names.
BattleView BattleOf(const BattleId& id, const pqxx::row& row) {
  BattleView battle{.id = id,
                    .mode = static_cast<BattleMode>(NumberOf<int>(row[1])),
                    .frontend = TextOf(row[2]),
                    .voter_hash = TextOf(row[3]),
                    .expire_time = MicrosOf(row[4]),
                    .left = {ModelId{NumberOf<int>(row[6])}, ""},
                    .draw_number = NumberOf<int>(row[5]),
                    .pair_probability = NumberOf<double>(row[8])};
  if (const auto right = row[7]; !right.is_null()) {
    battle.right = ModelRef{ModelId{NumberOf<int>(right)}, ""};
  }
  return battle;
}

std::optional<SideFacts> FactsOf(const pqxx::row& row, int first) {
  const auto end = row[first];
  if (end.is_null()) return std::nullopt;
  return SideFacts{.end = static_cast<SideEnd>(NumberOf<int>(end)),
                   .style = {NumberOf<int>(row[first + 1]), NumberOf<int>(row[first + 2]),
                             NumberOf<int>(row[first + 3]), NumberOf<int>(row[first + 4])},
                   .identity_shown = BoolOf(row[first + 5]),
                   .flagged = BoolOf(row[first + 6])};
}

// Adds the turn that a row tells of, if it does.
void AddTurn(const pqxx::row& row, BattleView& battle) {
  const auto turn = row[9];
  if (turn.is_null()) return;
  TurnView view{.turn = NumberOf<int>(turn),
                .deadline = MicrosOf(row[10]),
                .left = FactsOf(row, kLeftFacts),
                .right = FactsOf(row, kRightFacts)};
  if (view.left.has_value() || view.right.has_value()) {
    view.language = TextOf(row[11]);
    view.tags = SplitTags(TextOf(row[12]));
  }
  const auto later = std::find_if(battle.turns.begin(), battle.turns.end(),
                                  [&](const TurnView& other) { return other.turn > view.turn; });
  battle.turns.insert(later, std::move(view));
}

}  // namespace

absl::StatusOr<std::vector<std::optional<BattleView>>> PostgresVoteStore::LoadBattles(
    absl::Span<const BattleId> ids, bool with_votes) {
  absl::flat_hash_map<BattleId, BattleView> found;
  const std::string id_array = IdArray(ids);
  ARENA_RETURN_IF_ERROR(database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    found.clear();
    for (const auto& row : session.exec_params(kLoadBattles, id_array)) {
      const BattleId id(UuidOf(row[0]));
      auto battle = found.find(id);
      if (battle == found.end()) battle = found.emplace(id, BattleOf(id, row)).first;
      AddTurn(row, battle->second);
    }
    if (!with_votes) return absl::OkStatus();
    for (const auto& row : session.exec_params(kLoadVotes, id_array)) {
      const auto battle = found.find(BattleId(UuidOf(row[0])));
      if (battle == found.end()) continue;  // an imported vote has no battle
      battle->second.votes.push_back({.turn = row[1].as<int>(),
                                      .choice = static_cast<Choice>(row[2].as<int>()),
                                      .position = row[3].as<int64_t>(),
                                      .reasons = SplitReasons(row[4].as<std::string>())});
    }
    return absl::OkStatus();
  }));
  for (auto& [id, battle] : found) ARENA_RETURN_IF_ERROR(NameModels(battle));

  std::vector<std::optional<BattleView>> battles;
  battles.reserve(ids.size());
  for (const BattleId& id : ids) {
    const auto battle = found.find(id);
    battles.push_back(battle == found.end() ? std::nullopt : std::optional(battle->second));
  }
  return battles;
}

absl::Status PostgresVoteStore::NameModels(BattleView& battle) {
  ARENA_ASSIGN_OR_RETURN(battle.left.name, NameOf(battle.left.id));
  if (!battle.right.has_value()) return absl::OkStatus();
  ARENA_ASSIGN_OR_RETURN(battle.right->name, NameOf(battle.right->id));
  return absl::OkStatus();
}

absl::StatusOr<std::string> PostgresVoteStore::NameOf(ModelId id) {
  {
    absl::ReaderMutexLock lock(&names_mutex_);
    const auto known = names_.find(id);
    if (known != names_.end()) return known->second;
  }
  std::string name;
  ARENA_RETURN_IF_ERROR(database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    const pqxx::result rows = session.exec_params("select name from arena.models where id = $1",
                                                  static_cast<int32_t>(id));
    if (rows.empty()) return InternalError("A battle has a model that does not exist.");
    name = TextOf(rows[0][0]);
    return absl::OkStatus();
  }));
  absl::MutexLock lock(&names_mutex_);
  names_.emplace(id, name);
  return name;
}

absl::StatusOr<std::vector<std::optional<Appended>>> PostgresVoteStore::Append(
    absl::Span<const NewVote> votes) {
  IndexOf index_of;
  for (size_t i = 0; i < votes.size(); ++i) index_of.emplace(votes[i].battle_id, i);
  const AppendParameters p(votes);
  std::vector<std::optional<Appended>> appended;
  // One statement is one transaction: nobody waits for our round trip while the head is locked.
  // When its outcome is lost, the repetition finds its own claims and appends nothing twice.
  ARENA_RETURN_IF_ERROR(database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    appended.assign(votes.size(), std::nullopt);
    const auto rows = session.exec_params(kAppend, p.battle_ids, p.turns, p.firsts, p.frontends,
                                          p.left_models, p.right_models, p.choices, p.rateds,
                                          p.reason_lists, p.languages, p.tag_lists, p.probabilities,
                                          p.voter_hashes, p.styles, prompt_vote_cap_);
    for (const auto& row : rows) {
      appended[index_of.at(BattleId(UuidOf(row[0])))] =
          Appended{.position = NumberOf<int64_t>(row[1]), .is_beyond_cap = BoolOf(row[2])};
    }
    return absl::OkStatus();
  }));
  return appended;
}

absl::StatusOr<Amended> PostgresVoteStore::Amend(const Amendment& amendment) {
  absl::StatusOr<Amended> amended = Amended{};
  ARENA_RETURN_IF_ERROR(database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    amended = RunAmend(session, amendment);
    return amended.status();
  }));
  return amended;
}

absl::StatusOr<VoterPage> PostgresVoteStore::FindVotes(const std::string& voter_hash,
                                                       int64_t start_position) {
  VoterPage page;
  ARENA_RETURN_IF_ERROR(database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    page = {};
    const int64_t head = session.exec1("select position from arena.vote_log_head")[0].as<int64_t>();
    if (start_position > head) return absl::OkStatus();
    const int64_t end = std::min(start_position + searched_positions_, head + 1);
    for (const auto& row :
         session.exec_params(kFindVotes, start_position, end, voter_hash, limits::kAmendedVotes)) {
      page.positions.push_back(row[0].as<int64_t>());
    }
    const bool is_full = page.positions.size() == limits::kAmendedVotes;
    const int64_t next = is_full ? page.positions.back() + 1 : end;
    if (next <= head) page.next_position = next;
    return absl::OkStatus();
  }));
  return page;
}

absl::StatusOr<LogPage> PostgresVoteStore::Read(const LogRange& range) {
  LogPage page;
  ARENA_RETURN_IF_ERROR(database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    page = {};
    page.head_position = session.exec1("select position from arena.vote_log_head")[0].as<int64_t>();
    // Not `after + limit`, which a reader beyond all positions could make overflow.
    const int64_t room = std::max<int64_t>(page.head_position - range.after, 0);
    const int64_t end = std::min(range.until, range.after + std::min<int64_t>(room, range.limit));
    page.last_position = std::max(end, range.after);
    page.entries = RunRead(session, range, end);
    return absl::OkStatus();
  }));
  return page;
}

absl::StatusOr<std::map<std::string, ModelId>> PostgresVoteStore::FindModels(
    absl::Span<const std::string> names) {
  ArrayLiteral array;
  for (const std::string& name : names) array.Add(name);
  std::map<std::string, ModelId> found;
  ARENA_RETURN_IF_ERROR(database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    found.clear();
    for (const auto& row : session.exec_params(
             "select name, id from arena.models where name = any($1::text[])", array.Finish())) {
      found.emplace(row[0].as<std::string>(), ModelId{row[1].as<int>()});
    }
    return absl::OkStatus();
  }));
  return found;
}

}  // namespace arena::vote_ingest
