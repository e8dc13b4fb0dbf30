#include "services/rating/live/thinner.h"

#include <algorithm>
#include <span>

#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "services/rating/core/snapshots/thinning.h"

namespace arena::rating {

absl::Status Thinner::Step() {
  if (!lease_.held()) return absl::OkStatus();
  for (const Series series : kAllSeries) {
    ARENA_ASSIGN_OR_RETURN(const auto retained, store_.ListRetained(series));
    const std::vector<int64_t> ids = ToThin(retained, clock_.Now());
    for (std::span<const int64_t> rest(ids); !rest.empty();) {
      const auto batch = rest.first(std::min(rest.size(), limits::kThinnedAtOnce));
      ARENA_RETURN_IF_ERROR(store_.Thin(batch));
      metrics_.Thinned(batch.size());
      rest = rest.subspan(batch.size());
    }
  }
  return absl::OkStatus();
}

}  // namespace arena::rating
