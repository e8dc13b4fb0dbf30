#include "services/rating/rpc/snapshot_pages.h"

#include <optional>

#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "services/rating/core/answers/page_token.h"
#include "services/rating/rpc/convert.h"
#include "services/rating/rpc/leaderboard_query.h"
#include "services/rating/rpc/time_convert.h"

namespace arena::rating {
namespace {

absl::StatusOr<SnapshotFilter> FilterOf(const v1::ListSnapshotsRequest& request) {
  SnapshotFilter filter{.retained_only = request.retained_only()};
  if (request.series() != v1::SNAPSHOT_SERIES_UNSPECIFIED) {
    ARENA_ASSIGN_OR_RETURN(filter.series, SeriesOf(request.series()));
  }
  if (request.has_end_time()) {
    ARENA_ASSIGN_OR_RETURN(filter.end_time, TimeOf("end_time", request.end_time()));
  }
  return filter;
}

constexpr char kCall[] = "snapshots";

// A token holds the time, in microseconds, and the number of the page's last snapshot.
absl::StatusOr<std::optional<ListedUntil>> UntilOf(const std::string& token) {
  if (token.empty()) return std::nullopt;
  ARENA_ASSIGN_OR_RETURN(const PageStart start, ParsePageToken(kCall, token));
  return ListedUntil{.publish_time = absl::FromUnixMicros(start.major), .id = start.minor};
}

}  // namespace

absl::StatusOr<v1::ListSnapshotsResponse> ListSnapshotPage(
    SnapshotReader& reader, const v1::ListSnapshotsRequest& request) {
  ARENA_ASSIGN_OR_RETURN(const SnapshotFilter filter, FilterOf(request));
  ARENA_ASSIGN_OR_RETURN(const auto until, UntilOf(request.page_token()));
  ARENA_ASSIGN_OR_RETURN(const int size,
                         PageSizeOf(request.page_size(), {.standard = limits::kDefaultPageSnapshots,
                                                          .most = limits::kMaxPageSnapshots,
                                                          .name = "kMaxPageSnapshots"}));
  ARENA_ASSIGN_OR_RETURN(const auto headers, reader.List(filter, until, size + 1));
  v1::ListSnapshotsResponse page;
  for (const SnapshotHeader& header : headers) {
    if (page.snapshots_size() == size) {
      const SnapshotHeader& last = headers[static_cast<size_t>(size) - 1];
      page.set_next_page_token(
          ToPageToken(kCall, {.major = absl::ToUnixMicros(last.publish_time), .minor = last.id}));
      break;
    }
    *page.add_snapshots() = ToProto(header);
  }
  return page;
}

}  // namespace arena::rating
