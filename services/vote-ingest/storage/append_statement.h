#pragma once

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "services/vote-ingest/core/vote_rules.h"

namespace arena::vote_ingest {

// The parameters of arena.append_votes (0007_amendments.sql) for a group of votes: one array
// literal a column, in the function's order.
struct AppendParameters {
  explicit AppendParameters(absl::Span<const NewVote> votes);

  std::string battle_ids, turns, firsts, frontends, left_models, right_models, choices, rateds,
      reason_lists, languages, tag_lists, probabilities, voter_hashes, styles;
};

// Comma-separated numbers, as append_votes takes them and a reader gets them back.
std::string JoinReasons(const std::vector<UnratedReason>& reasons);
std::vector<UnratedReason> SplitReasons(const std::string& list);
std::vector<std::string> SplitTags(const std::string& list);

}  // namespace arena::vote_ingest
