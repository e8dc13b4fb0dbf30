#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "arena/v1/vote_admin_service.pb.h"

namespace arena::arenactl {

// Reads late labels, one JSON object a line: `position`, `tags` (all of them), and `language` where
// it changes; other keys and empty lines are skipped. `file` is the name that errors use;
// INVALID_ARGUMENT names the first bad line.
absl::StatusOr<std::vector<v1::VoteLabels>> ParseLabelLines(const std::string& file,
                                                            const std::string& text);

}  // namespace arena::arenactl
