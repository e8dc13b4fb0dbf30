#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/rating/core/counts_view.h"
#include "services/rating/core/pair_table.h"
#include "services/rating/core/series.h"
#include "services/rating/model/leaderboard.h"
#include "services/rating/model/settings.h"

namespace arena::rating {

// All that snapshots depend on besides the log; the same in every replica.
struct SnapshotSettings {
  // Boards by method.
  Settings bradley_terry;
  Settings elo = EloSettings();
};

// {"boards":[SettingsJson of each method]}.
std::string SnapshotSettingsJson(const SnapshotSettings& settings);

// The leaderboards of one board.
struct BoardTables {
  std::string board;
  Leaderboard bradley_terry;
  Leaderboard elo;
  PairTable pairs;
};

// Computes the leaderboards of `overall`, cold: the same view and settings give the same bits.
absl::StatusOr<std::vector<BoardTables>> ComputeTables(const CountsView& view,
                                                       const SnapshotSettings& settings);

// A table as it is stored and digested.
struct EncodedTable {
  std::string board;
  // bt, elo, bt-style or pairs.
  std::string method;
  // Canonical JSON.
  std::string content;
};
// By board, then bt, elo, pairs.
std::vector<EncodedTable> EncodeTables(const std::vector<BoardTables>& boards);
std::vector<EncodedTable> EncodeTables(const std::vector<TablePtr>& tables);

// SHA-256 of {"tables":[{"board","method","table":CONTENT}]}, 64 hexadecimal digits.
std::string DigestOf(const std::vector<EncodedTable>& tables);

struct SnapshotHeader {
  // Ascending in the order of publishing; positions never descend with it.
  int64_t id = 0;
  // It covers exactly the entries up to this position.
  int64_t position = 0;
  std::string settings;
  std::string library_version;
  std::string digest;
  absl::Time publish_time;
};

// A published snapshot, ready to be served. Immutable, so threads may share it.
struct Snapshot {
  SnapshotHeader header;
  std::vector<BoardTables> boards;

  // Null when there is no such board.
  const BoardTables* Find(std::string_view board) const;
};

// Reads tables back to the same bits. DATA_LOSS when they are malformed or do not have the digest.
absl::StatusOr<Snapshot> DecodeSnapshot(SnapshotHeader header,
                                        const std::vector<EncodedTable>& tables);

// The same for the tables of a series.
absl::StatusOr<std::vector<TablePtr>> DecodeTables(std::string_view digest,
                                                   const std::vector<EncodedTable>& tables);

// Whether a snapshot of `position` has something to say that the newest one has not. Positions
// never go back, so a replica that lags behind the last leader stays silent until it has caught up.
bool IsWorthPublishing(const SnapshotHeader* newest, int64_t position, std::string_view settings,
                       std::string_view library_version);

}  // namespace arena::rating
