#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "arena/v1/model_admin_service.pb.h"
#include "common/config/settings.h"

namespace arena::arenactl {

// Reads a models file: YAML with one key `models`, a list of models with their endpoints. `${NAME}`
// in a value stands for an environment variable. `file` is the name that errors use. Anything that
// is not understood (an unknown key, a variable that is not set, a number out of range) is
// INVALID_ARGUMENT and names file and line; rules that need the database are the server's.
absl::StatusOr<v1::ApplyModelsRequest> ParseModelsFile(const std::string& file,
                                                       const std::string& text,
                                                       const config::Environment& environment);

}  // namespace arena::arenactl
