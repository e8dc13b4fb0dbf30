#pragma once

#include "absl/status/status.h"
#include "tools/arenactl/rate/rating_input.h"
#include "tools/arenactl/rate/text_source.h"

namespace arena::rate {

// Reads comma-separated rows under a header line (RFC 4180: quoted fields may hold commas, line
// ends and doubled quotes). Columns are known by name; others are skipped. INVALID_ARGUMENT when
// the header lacks both models or a winner, or names something twice, or a quoted field never ends.
absl::Status ReadCsv(TextSource& source, RatingInput& input);

}  // namespace arena::rate
