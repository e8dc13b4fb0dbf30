#include "services/model-gateway/storage/conversation_store.h"

#include <pqxx/pqxx>
#include <string>
#include <utility>

#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "common/postgres/array_literal.h"
#include "common/postgres/error_mapping.h"
#include "services/model-gateway/storage/conversation_statements.h"

namespace arena::model_gateway {
namespace {

constexpr char kLoadBattle[] = R"(
    select b.mode, b.frontend, extract(epoch from b.expire_time)::float8,
           d.draw_number, d.left_model, d.right_model,
           exists (select from arena.vote_claims c where c.battle_id = b.id)
    from arena.battles b
    cross join lateral (
      select draw_number, left_model, right_model from arena.draws
      where battle_id = b.id order by draw_number desc limit 1
    ) d
    where b.id = $1)";

// One row a started turn and ended side. Texts are looked up only where there is a turn.
constexpr char kLoadTurns[] = R"(
    select s.turn, s.request_id, s.prompt_digest,
           extract(epoch from s.deadline)::float8, p.content, f.side, f.end_state, r.content
    from arena.turn_starts s
    left join arena.turn_texts p on p.battle_id = s.battle_id and p.turn = s.turn and p.part = 0
    left join arena.turn_facts f on f.battle_id = s.battle_id and f.turn = s.turn
    left join arena.turn_texts r
      on r.battle_id = f.battle_id and r.turn = f.turn and r.part = f.side
    where s.battle_id = $1
    order by s.turn, f.side)";

// The rows of a model's highest revision hold.
constexpr char kReadEndpoints[] = R"(
    select w.place, e.protocol, e.url, e.remote_model, e.api_key_env, e.first_token_timeout_ms,
           e.total_timeout_ms, e.max_tokens, m.name
    from unnest($1::integer[]) with ordinality as w (model_id, place)
    join arena.models m on m.id = w.model_id
    join arena.model_endpoints e on e.model_id = w.model_id
     and e.revision = (select max(revision) from arena.model_endpoints where model_id = w.model_id)
    order by w.place, e.ordinal)";

constexpr char kReadNames[] = R"(
    select l.name, coalesce(r.name, '')
    from arena.models l left join arena.models r on r.id = nullif($2, 0)
    where l.id = $1)";

absl::Time TimeOf(const pqxx::field& epoch_seconds) {
  return absl::UnixEpoch() + absl::Seconds(epoch_seconds.as<double>());
}

Conversation BattleOf(const BattleId& id, const pqxx::row& row) {
  Conversation conversation{.id = id,
                            .mode = static_cast<BattleMode>(row[0].as<int>()),
                            .frontend = row[1].as<std::string>(),
                            .expire_time = TimeOf(row[2]),
                            .is_revealed = row[6].as<bool>(),
                            .draw_number = row[3].as<int>(),
                            .left_model = ModelId{row[4].as<int>()}};
  if (!row[5].is_null()) conversation.right_model = ModelId{row[5].as<int>()};
  return conversation;
}

void AddTurn(const pqxx::row& row, Conversation& conversation) {
  const int number = row[0].as<int>();
  if (conversation.turns.empty() || conversation.turns.back().turn != number) {
    StoredTurn turn{.turn = number,
                    .request_id = *Uuid::Parse(row[1].c_str()),
                    .deadline = TimeOf(row[3]),
                    .prompt = row[4].as<std::string>("")};
    turn.prompt_digest = DigestOf(row[2]);
    conversation.turns.push_back(std::move(turn));
  }
  if (row[5].is_null()) return;
  StoredTurn& turn = conversation.turns.back();
  auto& side = static_cast<Side>(row[5].as<int>()) == Side::kLeft ? turn.left : turn.right;
  side = StoredReply{static_cast<SideEnd>(row[6].as<int>()), row[7].as<std::string>("")};
}

Endpoint EndpointOf(const pqxx::row& row) {
  const auto remote_model = row[3].as<std::string>();
  return {.protocol = static_cast<Protocol>(row[1].as<int>()),
          .url = row[2].as<std::string>(),
          .remote_model = remote_model.empty() ? row[8].as<std::string>() : remote_model,
          .api_key_env = row[4].as<std::string>(),
          .first_token_timeout = absl::Milliseconds(row[5].as<int>()),
          .total_timeout = absl::Milliseconds(row[6].as<int>()),
          .max_tokens = row[7].as<int>()};
}

}  // namespace

ConversationStore::ConversationStore(Database& database)
    : database_(database),
      starts_(
          {.name = "model-gateway.starts"},
          [this](absl::Span<const TurnStart> starts) -> StartWriter::GroupResult {
            std::vector<absl::StatusOr<StartOutcome>> outcomes;
            ARENA_RETURN_IF_ERROR(database_.Run([&](pqxx::nontransaction& transaction) {
              outcomes = InsertTurnStarts(transaction, starts);
              return absl::OkStatus();
            }));
            return outcomes;
          },
          IsRetriable),
      ends_(
          {.name = "model-gateway.ends"},
          [this](absl::Span<const SideRecord> records) -> EndWriter::GroupResult {
            ARENA_RETURN_IF_ERROR(database_.Run([&](pqxx::nontransaction& transaction) {
              InsertSides(transaction, records);
              return absl::OkStatus();
            }));
            return std::vector<absl::StatusOr<Stored>>(records.size(), Stored{});
          },
          IsRetriable) {}

absl::StatusOr<Conversation> ConversationStore::Load(const BattleId& battle) {
  Conversation conversation;
  ARENA_RETURN_IF_ERROR(database_.Run([&](pqxx::nontransaction& transaction) -> absl::Status {
    const std::string id = battle.ToString();
    // The turns first: a draw changes only while turn one has not ended, so a finished turn is
    // never seen beside the draw before it.
    const pqxx::result turns = transaction.exec_params(kLoadTurns, id);
    const pqxx::result battles = transaction.exec_params(kLoadBattle, id);
    if (battles.empty()) return BattleNotFound();
    conversation = BattleOf(battle, battles.front());
    for (const pqxx::row& row : turns) AddTurn(row, conversation);
    return absl::OkStatus();
  }));
  return conversation;
}

absl::StatusOr<std::vector<ModelEndpoints>> ConversationStore::ReadEndpoints(
    absl::Span<const ModelId> models) {
  ArrayLiteral ids;
  for (const ModelId model : models) ids.Add(static_cast<int>(model));
  std::vector<ModelEndpoints> targets;
  ARENA_RETURN_IF_ERROR(database_.Run([&](pqxx::nontransaction& transaction) {
    targets.clear();
    for (const ModelId model : models) targets.push_back({.model = model});
    for (const pqxx::row& row : transaction.exec_params(kReadEndpoints, ids.Finish())) {
      targets[row[0].as<size_t>() - 1].endpoints.push_back(EndpointOf(row));
    }
    return absl::OkStatus();
  }));
  return targets;
}

absl::StatusOr<BattleNames> ConversationStore::ReadNames(const Conversation& conversation) {
  BattleNames names;
  const int right = static_cast<int>(conversation.right_model.value_or(ModelId{0}));
  ARENA_RETURN_IF_ERROR(database_.Run([&](pqxx::nontransaction& transaction) {
    const pqxx::row row =
        transaction.exec_params(kReadNames, static_cast<int>(conversation.left_model), right).at(0);
    names = {row[0].as<std::string>(), row[1].as<std::string>()};
    return absl::OkStatus();
  }));
  return names;
}

void ConversationStore::StartTurn(TurnStart start, StartDone done) {
  starts_.Submit(std::move(start), std::move(done));
}

void ConversationStore::FinishSide(SideRecord record, FinishDone done) {
  ends_.Submit(std::move(record), [done = std::move(done)](absl::StatusOr<Stored> stored) mutable {
    done(stored.status());
  });
}

void ConversationStore::Stop() {
  starts_.Stop();
  ends_.Stop();
}

}  // namespace arena::model_gateway
