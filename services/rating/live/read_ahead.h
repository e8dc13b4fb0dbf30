#pragma once

#include <cstdint>
#include <future>

#include "absl/status/statusor.h"
#include "services/rating/storage/vote_log_reader.h"

namespace arena::rating {

// Reads the vote log page by page for one thread; while it works on a full page, the next one is
// read in the background, since more is surely there. A reader that has caught up reads nothing
// ahead.
class ReadAhead {
 public:
  explicit ReadAhead(VoteLogReader& log) : log_(log) {}

  // At most `limit` entries after `position`, as VoteLogReader has it, and none after `until`. An
  // error of what was read ahead is told when it is asked for, and forgotten then.
  absl::StatusOr<LogPage> ReadAfter(int64_t position, int limit, int64_t until = INT64_MAX);

 private:
  void BeginNext(int64_t position, int limit);

  VoteLogReader& log_;
  // The page after ahead_position_; destroying it waits for the reading to end.
  std::future<absl::StatusOr<LogPage>> ahead_;
  int64_t ahead_position_ = 0;
  int ahead_limit_ = 0;
};

}  // namespace arena::rating
