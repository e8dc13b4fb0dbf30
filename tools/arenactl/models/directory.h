#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "arena/v1/model_admin_service.pb.h"
#include "tools/arenactl/client.h"

namespace arena::arenactl {

// All models of the arena in every state, by name; follows the pages. Needs the admin scope.
absl::StatusOr<std::vector<v1::ModelRecord>> ListEveryModel(const Remote& matchmaker);

// Applies models in one call.
absl::StatusOr<v1::ApplyModelsResponse> ApplyModels(const Remote& matchmaker,
                                                    const v1::ApplyModelsRequest& request);

}  // namespace arena::arenactl
