#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "tools/arenactl/rate/rating_input.h"
#include "tools/arenactl/rate/text_source.h"

namespace arena::rate {

// Reads votes as JSON objects, one a line or all in one array, with the keys of FieldNamed and
// those of the published sets (conv_metadata of the 140k set among them). A single object that
// holds pair counts is taken as such. A line that is no object is a bad row.
absl::Status ReadJson(TextSource& source, RatingInput& input);

}  // namespace arena::rate
