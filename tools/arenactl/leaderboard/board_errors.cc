#include "tools/arenactl/leaderboard/board_errors.h"

#include <fmt/format.h>

#include <optional>
#include <string>

#include "absl/strings/str_replace.h"
#include "common/base/errors.h"

namespace arena::arenactl {

absl::Status WithBoards(const absl::Status& status) {
  const std::optional<ErrorDetails> details = DetailsOf(status);
  if (!details.has_value() || details->reason != "BOARD_NOT_FOUND") return status;
  const auto boards = details->metadata.find("boards");
  if (boards == details->metadata.end()) return status;
  return MakeError(status.code(), details->reason,
                   fmt::format("{} There are: {}.", std::string(status.message()),
                               absl::StrReplaceAll(boards->second, {{",", ", "}})),
                   details->metadata);
}

}  // namespace arena::arenactl
