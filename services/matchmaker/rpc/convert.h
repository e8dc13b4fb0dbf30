#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "arena/v1/battle.pb.h"
#include "arena/v1/matchmaker_service.pb.h"
#include "arena/v1/model.pb.h"
#include "arena/v1/model_admin_service.pb.h"
#include "common/rpc/callers/voter.h"
#include "services/matchmaker/core/battle.h"
#include "services/matchmaker/core/battle_maker.h"
#include "services/matchmaker/core/catalog.h"
#include "services/matchmaker/core/model_rules.h"

// Between messages and the values of core/. What comes in is checked field by field.
namespace arena::matchmaker {

absl::StatusOr<BattleOrder> OrderOf(const v1::CreateBattleRequest& request,
                                    const std::string& frontend, const rpc::Voter& voter,
                                    absl::Time now);

// FIELD_INVALID when the request as a whole is wrong, MODEL_INVALID when a model is.
absl::StatusOr<std::vector<ModelSpec>> SpecsOf(const v1::ApplyModelsRequest& request);

// The battle as its frontend may see it at `now`: without names before the reveal.
v1::Battle ToProto(const StoredBattle& battle, absl::Time now);

v1::Model ToProto(const Model& model);
v1::ModelRecord ToRecord(const Model& model);

}  // namespace arena::matchmaker
