#include "tests/contract/vote_ingest/battle_rows.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "common/base/hex.h"
#include "common/base/keyed_hash.h"

namespace arena::vote_ingest {
namespace {

void Execute(Database& admin, const std::string& sql) {
  const absl::Status status = admin.Transact([&](pqxx::work& work) -> absl::Status {
    work.exec(sql);
    return absl::OkStatus();
  });
  ASSERT_TRUE(status.ok()) << status;
}

std::string SideSql(const BattleView& b, const TurnView& turn, Side side,
                    const std::optional<SideFacts>& facts) {
  if (!facts.has_value()) return "";
  return fmt::format(
      "insert into arena.turn_facts (battle_id, turn, side, draw_number, model_id, end_state, "
      "total_ms, tokens, headers, list_items, bold_spans, language, tags) "
      "values ('{}', {}, {}, 1, 1, {}, 5, {}, {}, {}, {}, '{}', '{{{}}}');",
      b.id.ToString(), turn.turn, static_cast<int>(side), static_cast<int>(facts->end),
      facts->style.tokens, facts->style.headers, facts->style.list_items, facts->style.bold_spans,
      turn.language, fmt::join(turn.tags, ","));
}

}  // namespace

void InsertModel(Database& admin, const ModelRef& model, bool may_be_named) {
  const int id = static_cast<int>(model.id);
  Execute(admin,
          fmt::format("insert into arena.models (id, name, display_name) overriding system value "
                      "values ({0}, '{1}', '{1}');"
                      "insert into arena.model_states (model_id, state) values ({0}, {2})",
                      id, model.name, may_be_named ? 3 : 2));
}

void InsertBattle(Database& admin, const BattleView& b, const std::string& prompt) {
  std::string sql = fmt::format(
      "insert into arena.battles (id, mode, frontend, request_digest, voter_hash, create_time, "
      "expire_time) values ('{0}', {1}, '{2}', '', '{3}', to_timestamp({4}), to_timestamp({4}));"
      "insert into arena.draws (battle_id, draw_number, left_model, right_model, "
      "pair_probability, side_coin, policy, policy_epoch, eligible_digest) "
      "values ('{0}', {5}, {6}, {7}, {8}, 0, 'uniform', 1, '');",
      b.id.ToString(), static_cast<int>(b.mode), b.frontend, b.voter_hash,
      absl::ToUnixSeconds(b.expire_time), b.draw_number, static_cast<int>(b.left.id),
      static_cast<int>(b.right->id), b.pair_probability);
  for (const TurnView& turn : b.turns) {
    sql += fmt::format(
        "insert into arena.turn_starts (battle_id, turn, request_id, prompt_digest, owner, "
        "deadline) values ('{0}', {1}, '{0}', '\\x{3}', 'test', to_timestamp({2}));",
        b.id.ToString(), turn.turn, absl::ToUnixSeconds(turn.deadline),
        turn.turn == 1 ? ToHex(Sha256(prompt)) : "");
    sql += SideSql(b, turn, Side::kLeft, turn.left);
    sql += SideSql(b, turn, Side::kRight, turn.right);
  }
  Execute(admin, sql);
}

}  // namespace arena::vote_ingest
