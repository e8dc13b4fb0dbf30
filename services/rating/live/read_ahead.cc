#include "services/rating/live/read_ahead.h"

#include <iterator>
#include <utility>

namespace arena::rating {

absl::StatusOr<LogPage> ReadAhead::ReadAfter(int64_t position, int limit) {
  absl::StatusOr<LogPage> page = absl::UnknownError("");
  bool is_read = false;
  if (ahead_.valid()) {
    // Waits even for a page that nobody wants: the reader is for one at a time.
    page = ahead_.get();
    is_read = ahead_position_ == position && ahead_limit_ == limit;
  }
  if (!is_read) page = log_.ReadAfter(position, limit);
  if (page.ok() && std::ssize(page->entries) == limit) {
    ahead_position_ = page->entries.back().position;
    ahead_limit_ = limit;
    ahead_ = std::async(std::launch::async, [this, after = ahead_position_, limit] {
      return log_.ReadAfter(after, limit);
    });
  }
  return page;
}

}  // namespace arena::rating
