#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/postgres/database.h"
#include "services/rating/core/snapshot.h"
#include "services/rating/storage/lease_store.h"

namespace arena::rating {

// A snapshot that is to be published.
struct SnapshotDraft {
  int64_t position = 0;
  std::string settings;
  std::string library_version;
  std::string digest;
  std::vector<EncodedTable> tables;
};

// Published snapshots. Immutable; threads may share the store.
class SnapshotStore {
 public:
  // `database` must outlive the store.
  explicit SnapshotStore(Database& database) : database_(database) {}

  // Stores header and tables in one transaction, and wakes who listens to arena_snapshots. Nothing
  // when the newest snapshot says as much already (IsWorthPublishing); FAILED_PRECONDITION when the
  // lease is no longer held. Bears repetition.
  absl::StatusOr<std::optional<SnapshotHeader>> Publish(const Lease& lease,
                                                        const SnapshotDraft& draft);

  // The newest snapshot, if it is newer than `known_id` (0 for none).
  absl::StatusOr<std::optional<Snapshot>> ReadNewer(int64_t known_id);

 private:
  Database& database_;
};

}  // namespace arena::rating
