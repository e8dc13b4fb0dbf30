#include "services/vote-ingest/storage/postgres_vote_store.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "common/postgres/array_literal.h"
#include "services/vote-ingest/storage/append_statement.h"

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
    select claimed_battle, claimed_position
    from arena.append_votes($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14))";

// Positions are consecutive, so a page is a range of them; what may not be named is left out of it.
constexpr char kReadLog[] = R"(
    select v.position, v.kind, v.target_position, v.battle_id, v.turn, v.frontend,
           v.left_model, l.name, v.right_model, r.name, v.choice,
           array_to_string(v.unrated_reasons, ','), v.language, array_to_string(v.tags, ','),
           v.draw_probability, v.voter_hash, v.tokens_left, v.headers_left, v.list_items_left,
           v.bold_spans_left, v.tokens_right, v.headers_right, v.list_items_right,
           v.bold_spans_right, extract(epoch from v.vote_time)::float8
    from arena.vote_log v
    join arena.current_models l on l.id = v.left_model
    join arena.current_models r on r.id = v.right_model
    where v.position > $1 and v.position <= $2 and ($3 or (l.state <> 2 and r.state <> 2))
    order by v.position)";

Uuid UuidOf(const pqxx::field& field) { return *Uuid::Parse(field.c_str()); }

absl::Time TimeOf(const pqxx::field& epoch_seconds) {
  return absl::UnixEpoch() + absl::Seconds(epoch_seconds.as<double>());
}

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

LogEntry EntryOf(const pqxx::row& row) {
  return LogEntry{.position = row[0].as<int64_t>(),
                  .kind = static_cast<VoteKind>(row[1].as<int>()),
                  .target_position = row[2].as<int64_t>(),
                  .vote = {.battle_id = BattleId(UuidOf(row[3])),
                           .turn = row[4].as<int>(),
                           .frontend = row[5].as<std::string>(),
                           .left = {ModelId{row[6].as<int>()}, row[7].as<std::string>()},
                           .right = {ModelId{row[8].as<int>()}, row[9].as<std::string>()},
                           .choice = static_cast<Choice>(row[10].as<int>()),
                           .reasons = SplitReasons(row[11].as<std::string>()),
                           .language = row[12].as<std::string>(),
                           .tags = SplitTags(row[13].as<std::string>()),
                           .draw_probability = row[14].as<double>(),
                           .voter_hash = row[15].as<std::string>(),
                           .style_left = {row[16].as<int>(), row[17].as<int>(), row[18].as<int>(),
                                          row[19].as<int>()},
                           .style_right = {row[20].as<int>(), row[21].as<int>(), row[22].as<int>(),
                                           row[23].as<int>()}},
                  .time = TimeOf(row[24])};
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

absl::StatusOr<std::vector<std::optional<int64_t>>> PostgresVoteStore::Append(
    absl::Span<const NewVote> votes) {
  IndexOf index_of;
  for (size_t i = 0; i < votes.size(); ++i) index_of.emplace(votes[i].battle_id, i);
  const AppendParameters p(votes);
  std::vector<std::optional<int64_t>> positions;
  // One statement is one transaction: nobody waits for our round trip while the head is locked.
  // When its outcome is lost, the repetition finds its own claims and appends nothing twice.
  ARENA_RETURN_IF_ERROR(database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    positions.assign(votes.size(), std::nullopt);
    const auto rows =
        session.exec_params(kAppend, p.battle_ids, p.turns, p.firsts, p.frontends, p.left_models,
                            p.right_models, p.choices, p.rateds, p.reason_lists, p.languages,
                            p.tag_lists, p.probabilities, p.voter_hashes, p.styles);
    for (const auto& row : rows) {
      positions[index_of.at(BattleId(UuidOf(row[0])))] = row[1].as<int64_t>();
    }
    return absl::OkStatus();
  }));
  return positions;
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
    for (const auto& row : session.exec_params(kReadLog, range.after, end, range.include_unnamed)) {
      page.entries.push_back(EntryOf(row));
    }
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
