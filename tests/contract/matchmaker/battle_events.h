#pragma once

#include <gtest/gtest.h>

#include <string>

#include "common/postgres/database.h"

// What the other services write about a battle, written by the superuser of a test database.
namespace arena::testing {

// Runs statements that must work.
inline void Execute(Database& database, const std::string& statements) {
  const absl::Status status = database.Transact([&](pqxx::work& work) -> absl::Status {
    work.exec(statements);
    return absl::OkStatus();
  });
  ASSERT_TRUE(status.ok()) << status;
}

// The one value that a query returns, as text.
inline std::string Value(Database& database, const std::string& query) {
  std::string value;
  const absl::Status status = database.Run([&](pqxx::nontransaction& session) -> absl::Status {
    value = session.exec1(query)[0].c_str();
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  return value;
}

// As model-gateway does when a turn begins.
inline void StartTurn(Database& database, const std::string& battle_id, int turn,
                      const std::string& deadline = "clock_timestamp() + interval '1 hour'") {
  Execute(database,
          "insert into arena.turn_starts (battle_id, turn, request_id, prompt_digest, owner, "
          "deadline) values ('" +
              battle_id + "', " + std::to_string(turn) + ", gen_random_uuid(), '', 'test', " +
              deadline + ")");
}

// As model-gateway does when a side is complete. Side 1 is left.
inline void EndSide(Database& database, const std::string& battle_id, int turn, int side) {
  Execute(database,
          "insert into arena.turn_facts (battle_id, turn, side, draw_number, model_id, end_state, "
          "total_ms) values ('" +
              battle_id + "', " + std::to_string(turn) + ", " + std::to_string(side) +
              ", 1, 1, 1, 10)");
}

// As vote-ingest does: claim, position and entry in one transaction. Choice 1 is left.
inline void Vote(Database& database, const std::string& battle_id, int turn, int choice,
                 bool is_first) {
  const std::string key = "'" + battle_id + "', " + std::to_string(turn);
  Execute(database,
          "insert into arena.vote_claims (battle_id, turn, is_first) values (" + key + ", " +
              (is_first ? "true" : "false") +
              ");"
              "update arena.vote_log_head set position = position + 1;"
              "insert into arena.vote_log (position, kind, battle_id, turn, frontend, left_model, "
              "  right_model, choice, rated, vote_time) "
              "select position, 1, " +
              key + ", 'web', 1, 2, " + std::to_string(choice) +
              ", true, clock_timestamp() from arena.vote_log_head");
}

}  // namespace arena::testing
