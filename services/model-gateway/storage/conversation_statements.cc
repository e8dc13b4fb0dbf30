#include "services/model-gateway/storage/conversation_statements.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_join.h"
#include "common/base/errors.h"
#include "common/base/hex.h"
#include "common/postgres/array_literal.h"

namespace arena::model_gateway {
namespace {

// Rows are inserted in key order, so that two groups never wait for each other in a circle.
constexpr char kInsertStarts[] = R"(
    with wanted as (
      select battle_id, turn, request_id, decode(digest, 'hex') as digest, owner,
             to_timestamp(deadline) as deadline, prompt
      from unnest($1::uuid[], $2::smallint[], $3::uuid[], $4::text[], $5::text[], $6::float8[],
                  $7::text[])
        as w (battle_id, turn, request_id, digest, owner, deadline, prompt)
    ), started as (
      insert into arena.turn_starts (battle_id, turn, request_id, prompt_digest, owner, deadline)
      select battle_id, turn, request_id, digest, owner, deadline from wanted
      order by battle_id, turn
      on conflict do nothing
      returning battle_id, turn, owner
    )
    insert into arena.turn_texts (battle_id, turn, part, content)
    select w.battle_id, w.turn, 0, w.prompt
    from wanted w join started s using (battle_id, turn, owner)
    on conflict do nothing)";

constexpr char kReadOwners[] = R"(
    select s.battle_id, s.turn, s.request_id, s.prompt_digest, s.owner
    from unnest($1::uuid[], $2::smallint[]) as w (battle_id, turn)
    join arena.turn_starts s on s.battle_id = w.battle_id and s.turn = w.turn)";

constexpr char kInsertSides[] = R"(
    with ended as (
      select battle_id, turn, side, draw_number, model_id, end_state, endpoint, first_token_ms,
             total_ms, tokens, headers, list_items, bold_spans, language,
             string_to_array(tag_list, ',') as tags, content
      from unnest($1::uuid[], $2::smallint[], $3::smallint[], $4::smallint[], $5::integer[],
                  $6::smallint[], $7::text[], $8::integer[], $9::integer[], $10::integer[],
                  $11::integer[], $12::integer[], $13::integer[], $14::text[], $15::text[],
                  $16::text[])
        as e (battle_id, turn, side, draw_number, model_id, end_state, endpoint, first_token_ms,
              total_ms, tokens, headers, list_items, bold_spans, language, tag_list, content)
    ), facts as (
      insert into arena.turn_facts (battle_id, turn, side, draw_number, model_id, end_state,
        endpoint, first_token_ms, total_ms, tokens, headers, list_items, bold_spans, language, tags)
      select battle_id, turn, side, draw_number, model_id, end_state, endpoint, first_token_ms,
             total_ms, tokens, headers, list_items, bold_spans, language, tags
      from ended order by battle_id, turn, side
      on conflict do nothing
      returning battle_id, turn, side
    )
    insert into arena.turn_texts (battle_id, turn, part, content)
    select e.battle_id, e.turn, e.side, e.content
    from ended e join facts f using (battle_id, turn, side)
    on conflict do nothing)";

using TurnKey = std::pair<Uuid, int>;

struct Owner {
  std::string name;
  StartOutcome outcome;
};

std::map<TurnKey, Owner> ReadOwners(pqxx::transaction_base& transaction, const std::string& battles,
                                    const std::string& turns) {
  std::map<TurnKey, Owner> owners;
  for (const pqxx::row& row : transaction.exec_params(kReadOwners, battles, turns)) {
    Owner owner{.name = row[4].as<std::string>(),
                .outcome = {.request_id = *Uuid::Parse(row[2].c_str())}};
    owner.outcome.prompt_digest = DigestOf(row[3]);
    owners.emplace(TurnKey(*Uuid::Parse(row[0].c_str()), row[1].as<int>()), std::move(owner));
  }
  return owners;
}

int64_t Milliseconds(absl::Duration duration) { return absl::ToInt64Milliseconds(duration); }

}  // namespace

Sha256Digest DigestOf(const pqxx::field& bytea) {
  const pqxx::binarystring bytes(bytea);
  Sha256Digest digest{};
  std::copy_n(bytes.data(), std::min(bytes.size(), digest.size()), digest.begin());
  return digest;
}

std::vector<absl::StatusOr<StartOutcome>> InsertTurnStarts(pqxx::transaction_base& transaction,
                                                           absl::Span<const TurnStart> starts) {
  ArrayLiteral battles, turns, request_ids, digests, owner_names, deadlines, prompts;
  for (const TurnStart& start : starts) {
    battles.Add(start.battle.ToString());
    turns.Add(start.turn);
    request_ids.Add(start.request_id.ToString());
    digests.Add(ToHex(start.prompt_digest));
    owner_names.Add(start.owner);
    deadlines.Add(absl::ToDoubleSeconds(start.deadline - absl::UnixEpoch()));
    prompts.Add(start.prompt);
  }
  transaction.exec_params(kInsertStarts, battles.Finish(), turns.Finish(), request_ids.Finish(),
                          digests.Finish(), owner_names.Finish(), deadlines.Finish(),
                          prompts.Finish());
  const auto owners = ReadOwners(transaction, battles.Finish(), turns.Finish());
  std::vector<absl::StatusOr<StartOutcome>> outcomes;
  for (const TurnStart& start : starts) {
    const auto found = owners.find(TurnKey(start.battle, start.turn));
    if (found == owners.end()) {
      outcomes.emplace_back(InternalError("A turn's start has vanished."));
      continue;
    }
    StartOutcome outcome = found->second.outcome;
    outcome.is_ours = found->second.name == start.owner;
    outcomes.emplace_back(outcome);
  }
  return outcomes;
}

void InsertSides(pqxx::transaction_base& transaction, absl::Span<const SideRecord> records) {
  ArrayLiteral battles, turns, sides, draws, models, ends, endpoints, first_tokens, totals, tokens,
      headers, list_items, bold_spans, languages, tag_lists, texts;
  for (const SideRecord& record : records) {
    battles.Add(record.battle.ToString());
    turns.Add(record.turn);
    sides.Add(static_cast<int>(record.side));
    draws.Add(record.draw_number);
    models.Add(static_cast<int>(record.model));
    ends.Add(static_cast<int>(record.end));
    endpoints.Add(record.endpoint);
    if (record.first_token.has_value()) {
      first_tokens.Add(Milliseconds(*record.first_token));
    } else {
      first_tokens.AddNull();
    }
    totals.Add(Milliseconds(record.total));
    tokens.Add(record.style.tokens);
    headers.Add(record.style.headers);
    list_items.Add(record.style.list_items);
    bold_spans.Add(record.style.bold_spans);
    languages.Add(record.prompt.language);
    tag_lists.Add(absl::StrJoin(record.prompt.tags, ","));
    texts.Add(record.text);
  }
  transaction.exec_params(kInsertSides, battles.Finish(), turns.Finish(), sides.Finish(),
                          draws.Finish(), models.Finish(), ends.Finish(), endpoints.Finish(),
                          first_tokens.Finish(), totals.Finish(), tokens.Finish(), headers.Finish(),
                          list_items.Finish(), bold_spans.Finish(), languages.Finish(),
                          tag_lists.Finish(), texts.Finish());
}

}  // namespace arena::model_gateway
