#include "tools/arenactl/leaderboard/snapshot_calls.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "absl/time/clock.h"
#include "arena/v1/leaderboard_admin_service.grpc.pb.h"
#include "arena/v1/leaderboard_service.grpc.pb.h"
#include "common/base/status_macros.h"

namespace arena::arenactl {
namespace {

constexpr int kAttempts = 10;
constexpr int64_t kPage = 1'000;

// Makes a call that only reads again while that may help.
absl::Status Repeat(const std::function<absl::Status()>& call) {
  for (int attempt = 1;; ++attempt) {
    const absl::Status status = call();
    if (status.ok() || !IsWorthRepeating(status) || attempt == kAttempts) return status;
    absl::SleepFor(BackoffBefore(attempt));
  }
}

absl::StatusOr<rating::SnapshotHeader> HeaderOf(const v1::SnapshotInfo& info) {
  const auto series = rating::SeriesNamed(NameOf(info.series()));
  if (!series.has_value()) {
    return absl::FailedPreconditionError(
        fmt::format("Snapshot {} is of a series that this program does not know: use the arenactl "
                    "of the services' version.",
                    info.snapshot_id()));
  }
  return rating::SnapshotHeader{.id = info.snapshot_id(),
                                .series = *series,
                                .position = info.position(),
                                .settings = info.settings_json(),
                                .library_version = info.library_version(),
                                .digest = info.digest(),
                                .publish_time = ToTime(info.publish_time()),
                                .is_thinned = info.thinned()};
}

absl::StatusOr<StoredSnapshot> Export(const Remote& rating,
                                      const v1::ExportSnapshotRequest& request) {
  v1::LeaderboardAdminService::Stub stub(rating.channel());
  v1::SnapshotInfo info;
  StoredSnapshot snapshot;
  ARENA_RETURN_IF_ERROR(Repeat([&] {
    snapshot.tables.clear();
    grpc::ClientContext context;
    rpc::SetDeadline(context, kCallTimeout);
    const auto reader = stub.ExportSnapshot(&context, request);
    v1::ExportSnapshotResponse part;
    while (reader->Read(&part)) {
      if (part.has_snapshot()) info = part.snapshot();
      if (!part.has_table()) continue;
      snapshot.tables.push_back({.board = part.table().board(),
                                 .method = part.table().method(),
                                 .content = part.table().content()});
    }
    return rating.Check(reader->Finish());
  }));
  ARENA_ASSIGN_OR_RETURN(snapshot.header, HeaderOf(info));
  return snapshot;
}

}  // namespace

v1::SnapshotSeries ToProto(rating::Series series) {
  switch (series) {
    case rating::Series::kCounts:
      return v1::SNAPSHOT_SERIES_COUNTS;
    case rating::Series::kElo:
      return v1::SNAPSHOT_SERIES_ELO;
    case rating::Series::kStyle:
      break;
  }
  return v1::SNAPSHOT_SERIES_STYLE;
}

std::string_view NameOf(v1::SnapshotSeries series) {
  for (const rating::Series known : rating::kAllSeries) {
    if (ToProto(known) == series) return rating::NameOf(known);
  }
  return "";
}

absl::Time ToTime(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

std::string TextOf(const google::protobuf::Timestamp& timestamp) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", ToTime(timestamp), absl::UTCTimeZone());
}

absl::StatusOr<std::vector<v1::SnapshotInfo>> ListSnapshots(const Remote& rating,
                                                            const SnapshotList& list) {
  v1::LeaderboardService::Stub stub(rating.channel());
  v1::ListSnapshotsRequest request;
  request.set_series(list.series);
  request.set_retained_only(list.retained_only);
  std::vector<v1::SnapshotInfo> snapshots;
  do {
    const int64_t wanted = list.limit == 0 ? kPage : list.limit - std::ssize(snapshots);
    request.set_page_size(static_cast<int32_t>(std::min(wanted, kPage)));
    v1::ListSnapshotsResponse page;
    ARENA_RETURN_IF_ERROR(Repeat([&] {
      return CallOnce(rating, stub, &v1::LeaderboardService::Stub::ListSnapshots, request, page);
    }));
    snapshots.insert(snapshots.end(), page.snapshots().begin(), page.snapshots().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() &&
           (list.limit == 0 || std::ssize(snapshots) < list.limit));
  return snapshots;
}

absl::StatusOr<StoredSnapshot> ExportSnapshot(const Remote& rating, int64_t snapshot) {
  v1::ExportSnapshotRequest request;
  request.set_snapshot_id(snapshot);
  return Export(rating, request);
}

absl::StatusOr<StoredSnapshot> ExportNewest(const Remote& rating, rating::Series series) {
  v1::ExportSnapshotRequest request;
  request.set_series(ToProto(series));
  return Export(rating, request);
}

}  // namespace arena::arenactl
