#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "common/postgres/database.h"
#include "services/model-gateway/core/conversation.h"
#include "services/model-gateway/core/endpoint.h"

// Puts what matchmaker and vote-ingest would have written into the database, as a superuser, and
// reads what model-gateway wrote. A statement that fails ends the test program.
namespace arena::model_gateway {

struct BattleRow {
  BattleId id;
  BattleMode mode = BattleMode::kAnonymous;
  std::string frontend = "local";
  absl::Time expire_time = absl::Now() + absl::Hours(1);
  int left_model = 1;
  // Zero in direct mode.
  int right_model = 2;
};

void InsertModel(Database& admin, int id, const std::string& name,
                 const std::vector<Endpoint>& endpoints, int revision = 1);
void InsertBattle(Database& admin, const BattleRow& battle);
// As a redraw does.
void InsertDraw(Database& admin, const BattleId& battle, int draw_number, int left_model,
                int right_model);
void InsertVoteClaim(Database& admin, const BattleId& battle);
// Ends the time of all unfinished turns.
void PassDeadlines(Database& admin, const BattleId& battle);
void Erase(Database& admin, const BattleId& battle);

// The single value of a query, as text; "null" for null, "none" without a row.
std::string ReadValue(Database& admin, const std::string& sql);

}  // namespace arena::model_gateway
