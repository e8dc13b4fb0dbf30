#include "services/rating/rpc/leaderboard_admin_service.h"

#include <utility>

#include "common/base/status_macros.h"
#include "services/rating/core/answers/errors.h"
#include "services/rating/rpc/leaderboard_query.h"
#include "services/rating/rpc/snapshot_export.h"

namespace arena::rating {

absl::StatusOr<int64_t> LeaderboardAdminService::Choose(
    const v1::ExportSnapshotRequest& request) const {
  if (request.snapshot_id() < 0) return FieldInvalid("snapshot_id", "0 or a snapshot's number");
  if (request.snapshot_id() > 0) return request.snapshot_id();
  Series series = Series::kCounts;
  if (request.series() != v1::SNAPSHOT_SERIES_UNSPECIFIED) {
    ARENA_ASSIGN_OR_RETURN(series, SeriesOf(request.series()));
  }
  const SnapshotPtr newest = hub_.newest(series);
  if (newest == nullptr) return SnapshotNotFound();
  return newest->header.id;
}

grpc::ServerWriteReactor<v1::ExportSnapshotResponse>* LeaderboardAdminService::ExportSnapshot(
    grpc::CallbackServerContext* context, const v1::ExportSnapshotRequest* request) {
  return rpc::StreamCall<v1::ExportSnapshotResponse>(
      export_snapshot_, SnapshotExport::kStreamOptions, context, request,
      [this](const rpc::Call&, const v1::ExportSnapshotRequest& asked,
             const std::shared_ptr<SnapshotExport::Stream>& stream) {
        const auto id = Choose(asked);
        if (!id.ok()) return stream->Finish(id.status());
        const absl::Status accepted = readers_.Run([this, id = *id, stream] {
          auto snapshot = reader_.ReadAll(id);
          if (!snapshot.ok()) return stream->Finish(snapshot.status());
          if (!*snapshot) return stream->Finish(SnapshotNotRetained());
          SnapshotExport::Start(**std::move(snapshot), stream);
        });
        if (!accepted.ok()) stream->Finish(accepted);
      });
}

}  // namespace arena::rating
