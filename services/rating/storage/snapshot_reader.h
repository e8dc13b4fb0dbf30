#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/postgres/database.h"
#include "services/rating/core/snapshots/snapshot.h"

namespace arena::rating {

// As of when: exactly this snapshot, at most this position, or published at this time or before.
struct AsOfSnapshot {
  int64_t id = 0;
};
struct AsOfPosition {
  int64_t position = 0;
};
struct AsOfTime {
  absl::Time time;
};
using AsOf = std::variant<AsOfSnapshot, AsOfPosition, AsOfTime>;

// A snapshot, or some tables of it, as it is stored.
struct StoredSnapshot {
  SnapshotHeader header;
  // In the order of the digest.
  std::vector<EncodedTable> tables;
};

// What a listing returns, newest first.
struct SnapshotFilter {
  // All when there is none.
  std::optional<Series> series;
  // Published before.
  absl::Time end_time = absl::InfiniteFuture();
  bool retained_only = false;
};
// The last snapshot of the page before.
struct ListedUntil {
  absl::Time publish_time;
  int64_t id = 0;
};

// Which tables a history returns, oldest first.
struct HistoryFilter {
  Series series = Series::kCounts;
  std::string board;
  // Published at this time or later, and before.
  absl::Time start_time = absl::InfinitePast();
  absl::Time end_time = absl::InfiniteFuture();
  // Of each such stretch of time, counted from 1970, the last one; zero for all. Whole seconds.
  absl::Duration step = absl::ZeroDuration();
};
// The last snapshot of the page before; nothing is before the default.
struct HistoryUntil {
  int64_t position = 0;
  int64_t id = 0;
};

// Reads published snapshots of any age. Thinning may run at the same time: each read is one
// statement, so it sees a header and its tables as of one moment. Threads may share the reader.
class SnapshotReader {
 public:
  // `database` must outlive the reader.
  explicit SnapshotReader(Database& database) : database_(database) {}

  // The newest retained snapshot of the series as of then, with the table of `board` alone, and
  // without it when the board was not published. Nothing when no snapshot is as old.
  absl::StatusOr<std::optional<StoredSnapshot>> ReadBoard(Series series, const AsOf& as_of,
                                                          std::string_view board);

  // All of a retained snapshot, whatever its series; nothing when there is none.
  absl::StatusOr<std::optional<StoredSnapshot>> ReadAll(int64_t snapshot_id);

  // Headers after those of the page before, thinned ones too, at most `limit`; without settings.
  absl::StatusOr<std::vector<SnapshotHeader>> List(const SnapshotFilter& filter,
                                                   const std::optional<ListedUntil>& until,
                                                   int limit);

  // Retained snapshots after those of the page before that have a table of the board, with this
  // table, at most `limit`; without settings.
  absl::StatusOr<std::vector<StoredSnapshot>> ReadHistory(const HistoryFilter& filter,
                                                          const HistoryUntil& until, int limit);

 private:
  Database& database_;
};

}  // namespace arena::rating
