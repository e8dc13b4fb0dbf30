#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "absl/time/time.h"

namespace arena::rating {

// How old the oldest vote was that a snapshot newly covers. Remembers one vote a page, so its
// answer is exact for the first vote after a snapshot and never too small. For one thread at a
// time.
class Freshness {
 public:
  // Entries from `first_position` on were applied; the first was cast at `vote_time`.
  void Applied(int64_t first_position, absl::Time vote_time) {
    if (first_position > covered_) waiting_.push_back({first_position, vote_time});
  }

  // A snapshot of `position` was published. Nothing when it covers no entry that waited.
  std::optional<absl::Duration> Covered(int64_t position, absl::Time publish_time) {
    std::optional<absl::Duration> age;
    while (!waiting_.empty() && waiting_.front().position <= position) {
      if (!age) age = publish_time - waiting_.front().time;
      waiting_.pop_front();
    }
    covered_ = std::max(covered_, position);
    return age;
  }

 private:
  struct Waiting {
    int64_t position;
    absl::Time time;
  };
  int64_t covered_ = 0;
  std::deque<Waiting> waiting_;
};

}  // namespace arena::rating
