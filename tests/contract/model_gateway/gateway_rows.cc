#include "tests/contract/model_gateway/gateway_rows.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

namespace arena::model_gateway {
namespace {

void Require(const absl::Status& status) {
  if (status.ok()) return;
  fmt::print(stderr, "{}\n", status.ToString());
  std::abort();
}

void Execute(Database& admin, const std::string& sql) {
  Require(admin.Transact([&](pqxx::work& work) -> absl::Status {
    work.exec(sql);
    return absl::OkStatus();
  }));
}

}  // namespace

void InsertModel(Database& admin, int id, const std::string& name,
                 const std::vector<Endpoint>& endpoints, int revision) {
  std::string sql = fmt::format(
      "insert into arena.models (id, name, display_name) overriding system value "
      "values ({0}, '{1}', '{1}') on conflict do nothing;"
      "insert into arena.model_states (model_id, state) values ({0}, 3);",
      id, name);
  int ordinal = 0;
  for (const Endpoint& endpoint : endpoints) {
    sql += fmt::format(
        "insert into arena.model_endpoints (model_id, revision, ordinal, protocol, url, "
        "remote_model, api_key_env, first_token_timeout_ms, total_timeout_ms, max_tokens) "
        "values ({}, {}, {}, 1, '{}', '{}', '{}', {}, {}, {});",
        id, revision, ++ordinal, endpoint.url, endpoint.remote_model, endpoint.api_key_env,
        absl::ToInt64Milliseconds(endpoint.first_token_timeout),
        absl::ToInt64Milliseconds(endpoint.total_timeout), endpoint.max_tokens);
  }
  Execute(admin, sql);
}

void InsertBattle(Database& admin, const BattleRow& battle) {
  Execute(admin,
          fmt::format("insert into arena.battles (id, mode, frontend, request_digest, create_time, "
                      "expire_time) values ('{}', {}, '{}', '', now(), to_timestamp({}))",
                      battle.id.ToString(), static_cast<int>(battle.mode), battle.frontend,
                      absl::ToUnixSeconds(battle.expire_time)));
  InsertDraw(admin, battle.id, 1, battle.left_model, battle.right_model);
}

void InsertDraw(Database& admin, const BattleId& battle, int draw_number, int left_model,
                int right_model) {
  Execute(admin, fmt::format("insert into arena.draws (battle_id, draw_number, left_model, "
                             "right_model, pair_probability, side_coin, policy, policy_epoch, "
                             "eligible_digest) "
                             "values ('{}', {}, {}, nullif({}, 0), 0.5, 0, 'uniform', 1, '')",
                             battle.ToString(), draw_number, left_model, right_model));
}

void InsertVoteClaim(Database& admin, const BattleId& battle) {
  Execute(admin, fmt::format("insert into arena.vote_claims (battle_id, turn, is_first) "
                             "values ('{}', 1, true)",
                             battle.ToString()));
}

void PassDeadlines(Database& admin, const BattleId& battle) {
  Execute(admin, fmt::format("update arena.turn_starts set deadline = now() - interval '1 second' "
                             "where battle_id = '{}'",
                             battle.ToString()));
}

void Erase(Database& admin, const BattleId& battle) {
  Execute(admin,
          fmt::format("delete from arena.turn_texts where battle_id = '{}'", battle.ToString()));
}

std::string ReadValue(Database& admin, const std::string& sql) {
  std::string value = "none";
  Require(admin.Transact([&](pqxx::work& work) -> absl::Status {
    const pqxx::result result = work.exec(sql);
    if (!result.empty()) value = result[0][0].is_null() ? "null" : result[0][0].c_str();
    return absl::OkStatus();
  }));
  return value;
}

}  // namespace arena::model_gateway
