#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "tools/arenactl/rate/rating_input.h"

namespace arena::rate {

// Reads votes from a file of any known format, told apart by its content: JSON objects (lines, an
// array, pair counts) or CSV with a header; gzip or plain. `path` may be "-". `on_progress` is told
// after each block how much of the file has been read, 0 to 1.
absl::StatusOr<RatingInput> ReadVotes(const std::string& path, InputOptions options,
                                      std::function<void(double)> on_progress = {});

}  // namespace arena::rate
