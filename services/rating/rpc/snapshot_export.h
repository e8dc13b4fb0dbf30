#pragma once

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "arena/v1/leaderboard_admin_service.pb.h"
#include "common/rpc/calls/server_stream.h"
#include "services/rating/storage/snapshot_reader.h"

namespace arena::rating {

// One export under way: sends a stored snapshot part by part, as fast as the client takes it. Kept
// alive by its stream.
class SnapshotExport : public std::enable_shared_from_this<SnapshotExport> {
 public:
  using Stream = rpc::ServerStream<v1::ExportSnapshotResponse>;

  // A header or a table may come on top of what waits.
  static constexpr rpc::StreamOptions kStreamOptions = {.most_bytes = limits::kStreamBufferBytes +
                                                                      limits::kMessageBytes};

  static void Start(StoredSnapshot snapshot, const std::shared_ptr<Stream>& stream);

 private:
  SnapshotExport(StoredSnapshot snapshot, std::weak_ptr<Stream> stream)
      : stream_(std::move(stream)), snapshot_(std::move(snapshot)) {}

  void SendParts();
  v1::ExportSnapshotResponse NextPart() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::weak_ptr<Stream> stream_;
  absl::Mutex mutex_;  // one sender at a time
  StoredSnapshot snapshot_ ABSL_GUARDED_BY(mutex_);
  size_t sent_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace arena::rating
