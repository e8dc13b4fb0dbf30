#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "common/postgres/copy_reader.h"
#include "common/postgres/database.h"
#include "services/rating/core/log/log_entry.h"

namespace arena::rating {

// The columns of arena.vote_log that rating reads.
inline constexpr char kVoteLogColumns[] =
    "position, kind, target_position, left_model, right_model, choice, rated, vote_time, turn, "
    "language, tags, voter_hash, tokens_left, headers_left, list_items_left, bold_spans_left, "
    "tokens_right, headers_right, list_items_right, bold_spans_right, draw_probability, "
    "new_language, new_tags";

// A stretch of the vote log.
struct LogPage {
  // Consecutive positions, if the log keeps its promise; the reader of the page checks.
  std::vector<LogEntry> entries;
  // Position of the last entry when the page was asked for; the page may be newer.
  int64_t head_position = 0;
};

// Reads the vote log by position, over a connection of its own. A position becomes visible only
// together with all smaller ones, so what was read is never joined by an earlier entry. For one
// thread.
class VoteLogReader {
 public:
  explicit VoteLogReader(const DatabaseOptions& options);

  // At most `limit` entries after `position`.
  absl::StatusOr<LogPage> ReadAfter(int64_t position, int limit);

 private:
  CopyReader reader_;
};

}  // namespace arena::rating
