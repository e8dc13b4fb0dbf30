#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "tools/arenactl/rate/rating_input.h"

namespace arena::rate {

// Reads a JSON object of pair counts: `models` are names, `X` pairs of indices into them, `Y` the
// pair's [wins of first, wins of second, ties] or [..., ties, both bad]. INVALID_ARGUMENT says what
// does not fit; pairs of a model with itself and pairs of unknown models are bad rows.
absl::Status ReadPairCounts(std::string_view json, RatingInput& input);

}  // namespace arena::rate
