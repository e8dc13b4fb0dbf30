#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/postgres/database.h"
#include "services/matchmaker/core/catalog.h"
#include "services/matchmaker/core/model_rules.h"

namespace arena::matchmaker {

struct ApplyCounts {
  int added = 0;
  int changed = 0;
  int unchanged = 0;
};

// Models on PostgreSQL, as role arena_matchmaker. Shared by threads; calls block. Errors beside
// those named are those of common/postgres/error_mapping.h. `database` must outlive it.
class ModelStore {
 public:
  explicit ModelStore(Database& database) : database_(database) {}

  // All models with the state that holds, in no order.
  absl::StatusOr<std::vector<Model>> ReadAll();

  // Makes the models as the checked specs say, all or nothing; two applies wait for each other.
  // `reason` goes into the history of states. MODEL_INVALID as PlanApply has it. Endpoints can be
  // written but not read here, so a spec with endpoints always becomes a new revision of them, and
  // the counts are about everything else.
  absl::StatusOr<ApplyCounts> Apply(std::span<const ModelSpec> specs, const std::string& reason);

 private:
  Database& database_;
};

}  // namespace arena::matchmaker
