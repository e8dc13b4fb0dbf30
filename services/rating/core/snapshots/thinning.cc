#include "services/rating/core/snapshots/thinning.h"

namespace arena::rating {
namespace {

// The stretch of time of which the last snapshot is kept; zero where every one is.
absl::Duration StepAt(absl::Duration age) {
  if (age < kAllTablesFor) return absl::ZeroDuration();
  return age < kMinutesTablesFor ? absl::Minutes(1) : absl::Hours(1);
}

int64_t StretchOf(absl::Time time, absl::Duration step) {
  return absl::ToUnixSeconds(time) / absl::ToInt64Seconds(step);
}

}  // namespace

std::vector<int64_t> ToThin(std::span<const RetainedSnapshot> retained, absl::Time now) {
  std::vector<int64_t> thin;
  for (size_t i = 0; i + 1 < retained.size(); ++i) {
    const absl::Duration step = StepAt(now - retained[i].publish_time);
    if (step == absl::ZeroDuration()) break;
    const bool is_last_of_stretch =
        StretchOf(retained[i].publish_time, step) != StretchOf(retained[i + 1].publish_time, step);
    if (!is_last_of_stretch) thin.push_back(retained[i].id);
  }
  return thin;
}

}  // namespace arena::rating
