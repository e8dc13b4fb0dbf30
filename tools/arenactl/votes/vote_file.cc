#include "tools/arenactl/votes/vote_file.h"

#include <nlohmann/json.hpp>

#include "tools/arenactl/votes/pair_counts_file.h"
#include "tools/arenactl/votes/vote_lines.h"

namespace arena::arenactl {

absl::StatusOr<VoteFile> ParseVoteFile(const std::string& file, const std::string& text,
                                       uint64_t seed) {
  // A file of several lines of JSON is not one JSON value, so parsing stops at its second line.
  const nlohmann::json whole = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (whole.is_object() && !whole.contains("winner")) return ParsePairCounts(file, whole, seed);
  return ParseVoteLines(file, text);
}

}  // namespace arena::arenactl
