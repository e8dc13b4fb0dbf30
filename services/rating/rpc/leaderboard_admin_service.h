#pragma once

#include "arena/v1/leaderboard_admin_service.grpc.pb.h"
#include "common/rpc/calls/server_stream.h"
#include "common/rpc/server/environment.h"
#include "common/rpc/server/worker_pool.h"
#include "services/rating/live/snapshot_hub.h"
#include "services/rating/storage/snapshot_reader.h"

namespace arena::rating {

// arena.v1.LeaderboardAdminService. All models are named, so only operators may call it.
class LeaderboardAdminService : public v1::LeaderboardAdminService::CallbackService {
 public:
  // What it borrows must outlive it; `readers` are the threads that wait for the database.
  LeaderboardAdminService(rpc::Environment& environment, const SnapshotHub& hub,
                          SnapshotReader& reader, rpc::WorkerPool& readers)
      : export_snapshot_(environment, "LeaderboardAdminService/ExportSnapshot",
                         rpc::Scope::kOperator),
        hub_(hub),
        reader_(reader),
        readers_(readers) {}

  grpc::ServerWriteReactor<v1::ExportSnapshotResponse>* ExportSnapshot(
      grpc::CallbackServerContext* context, const v1::ExportSnapshotRequest* request) override;

 private:
  // The number of the snapshot that is asked for.
  absl::StatusOr<int64_t> Choose(const v1::ExportSnapshotRequest& request) const;

  const rpc::Method export_snapshot_;
  const SnapshotHub& hub_;
  SnapshotReader& reader_;
  rpc::WorkerPool& readers_;
};

}  // namespace arena::rating
