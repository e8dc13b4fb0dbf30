#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "tools/arenactl/rate/rating_input.h"

namespace arena::rate {

// Reads votes from a file of any known format, told apart by its content: JSON objects (lines, an
// array, pair counts) or CSV with a header; gzip or plain. `path` may be "-".
absl::StatusOr<RatingInput> ReadVotes(const std::string& path, InputOptions options);

}  // namespace arena::rate
