#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/rating/core/snapshots/series.h"

namespace arena::rating {

// A table as it is stored and digested.
struct EncodedTable {
  std::string board;
  // bt, elo or bt-style.
  std::string method;
  // Canonical JSON.
  std::string content;
};
std::vector<EncodedTable> EncodeTables(const std::vector<TablePtr>& tables);

// SHA-256 of {"tables":[{"board","method","table":CONTENT}]}, 64 hexadecimal digits.
std::string DigestOf(const std::vector<EncodedTable>& tables);

// Reads tables back to the same bits. DATA_LOSS when they are malformed or do not have the digest.
absl::StatusOr<std::vector<TablePtr>> DecodeTables(std::string_view digest,
                                                   const std::vector<EncodedTable>& tables);

struct SnapshotHeader {
  // Ascending in the order of publishing; within a series positions never descend with it.
  int64_t id = 0;
  Series series = Series::kCounts;
  // It covers exactly the entries up to this position.
  int64_t position = 0;
  // SettingsJson of the series.
  std::string settings;
  std::string library_version;
  std::string digest;
  absl::Time publish_time;
  // Whether its tables are gone, so that this header is all that is left.
  bool is_thinned = false;
};

// A published snapshot, ready to be served. Immutable, so threads may share it.
struct Snapshot {
  SnapshotHeader header;
  // By board.
  std::vector<TablePtr> tables;

  // Null when the board is not in it.
  TablePtr Find(std::string_view board) const;
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

// Whether a snapshot of `position` has something to say that the newest of its series has not.
// Positions never go back, so a replica that lags behind the last leader stays silent until it has
// caught up.
bool IsWorthPublishing(const SnapshotHeader* newest, int64_t position, std::string_view settings,
                       std::string_view library_version);

}  // namespace arena::rating
