#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/postgres/database.h"
#include "services/rating/core/snapshots/snapshot.h"
#include "services/rating/core/snapshots/thinning.h"
#include "services/rating/storage/lease_store.h"

namespace arena::rating {

// A snapshot that is to be published.
struct SnapshotDraft {
  Series series = Series::kCounts;
  int64_t position = 0;
  std::string settings;
  std::string library_version;
  std::string digest;
  std::vector<EncodedTable> tables;
};

// Published snapshots, as they are written, followed and thinned out. Threads may share the store.
class SnapshotStore {
 public:
  // `database` must outlive the store.
  explicit SnapshotStore(Database& database) : database_(database) {}

  // Stores header and tables in one transaction, and wakes who listens to arena_snapshots. Nothing
  // when the newest snapshot of the series says as much already (IsWorthPublishing);
  // FAILED_PRECONDITION when the lease is no longer held. Bears repetition.
  absl::StatusOr<std::optional<SnapshotHeader>> Publish(const Lease& lease,
                                                        const SnapshotDraft& draft);

  // The newest snapshot of a series, if it is newer than `known_id` (0 for none). DATA_LOSS when
  // its tables do not have its digest.
  absl::StatusOr<std::optional<Snapshot>> ReadNewer(Series series, int64_t known_id);

  // The snapshots of a series whose tables are still there, oldest first.
  absl::StatusOr<std::vector<RetainedSnapshot>> ListRetained(Series series);
  // Deletes the tables of these snapshots; their headers stay. Bears repetition.
  absl::Status Thin(std::span<const int64_t> snapshot_ids);

 private:
  Database& database_;
};

}  // namespace arena::rating
