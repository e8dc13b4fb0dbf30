#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "common/postgres/database.h"
#include "services/rating/core/log_entry.h"

namespace arena::rating {

// A stretch of the vote log.
struct LogPage {
  // Consecutive positions, if the log keeps its promise; the reader of the page checks.
  std::vector<LogEntry> entries;
  // Position of the last entry when the page was asked for; the page may be newer.
  int64_t head_position = 0;
};

// Reads the vote log by position. A position becomes visible only together with all smaller ones,
// so what was read is never joined by an earlier entry. Threads may share it.
class VoteLogReader {
 public:
  // `database` must outlive the reader.
  explicit VoteLogReader(Database& database) : database_(database) {}

  // At most `limit` entries after `position`.
  absl::StatusOr<LogPage> ReadAfter(int64_t position, int limit);

 private:
  Database& database_;
};

}  // namespace arena::rating
