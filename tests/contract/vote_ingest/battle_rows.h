#pragma once

#include <string>

#include "common/postgres/database.h"
#include "services/vote-ingest/core/battle_view.h"

// Puts what matchmaker and model-gateway would have written into the database, as a superuser.
namespace arena::vote_ingest {

void InsertModel(Database& admin, const ModelRef& model, bool may_be_named);
// `prompt` is the battle's first one.
void InsertBattle(Database& admin, const BattleView& battle, const std::string& prompt = "");

}  // namespace arena::vote_ingest
