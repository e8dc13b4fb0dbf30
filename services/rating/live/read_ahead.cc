#include "services/rating/live/read_ahead.h"

#include <algorithm>
#include <iterator>
#include <system_error>

namespace arena::rating {

absl::StatusOr<LogPage> ReadAhead::ReadAfter(int64_t position, int limit, int64_t until) {
  const auto entries_until = [&](int64_t after) {
    return static_cast<int>(std::min<int64_t>(limit, until - after));
  };
  const int wanted = entries_until(position);
  absl::StatusOr<LogPage> page = absl::UnknownError("");
  bool is_read = false;
  if (ahead_.valid()) {
    // Waits even for a page that nobody wants: the reader is for one at a time.
    page = ahead_.get();
    is_read = ahead_position_ == position && ahead_limit_ == wanted;
  }
  if (!is_read) page = log_.ReadAfter(position, wanted);
  if (page.ok() && wanted > 0 && std::ssize(page->entries) == wanted) {
    const int64_t last = page->entries.back().position;
    if (last < until) BeginNext(last, entries_until(last));
  }
  return page;
}

void ReadAhead::BeginNext(int64_t position, int limit) {
  ahead_position_ = position;
  ahead_limit_ = limit;
  try {
    ahead_ = std::async(std::launch::async,
                        [this, position, limit] { return log_.ReadAfter(position, limit); });
  } catch (const std::system_error&) {
    // No thread to be had: the page is read when it is asked for.
  }
}

}  // namespace arena::rating
