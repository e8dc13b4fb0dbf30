#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/time/time.h"

namespace arena::rating {

// A snapshot whose tables are still there.
struct RetainedSnapshot {
  int64_t id = 0;
  absl::Time publish_time;
};

// All tables are kept for an hour, those of each minute's last snapshot for a day, those of each
// hour's last one for ever.
inline constexpr absl::Duration kAllTablesFor = absl::Hours(1);
inline constexpr absl::Duration kMinutesTablesFor = absl::Hours(24);

// Those of one series whose tables may go by `now`, ascending; `retained` is oldest first, and its
// newest stays whatever its age. Minutes and hours are counted from 1970, UTC.
std::vector<int64_t> ToThin(std::span<const RetainedSnapshot> retained, absl::Time now);

}  // namespace arena::rating
