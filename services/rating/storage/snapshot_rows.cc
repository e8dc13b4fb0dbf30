#include "services/rating/storage/snapshot_rows.h"

#include <string>

namespace arena::rating {

SnapshotHeader HeaderOf(const pqxx::row& row) {
  return {.id = row[0].as<int64_t>(),
          .series = SeriesNamed(row[1].as<std::string>()).value_or(Series::kCounts),
          .position = row[2].as<int64_t>(),
          .settings = row[3].as<std::string>(),
          .library_version = row[4].as<std::string>(),
          .digest = row[5].as<std::string>(),
          .publish_time = absl::FromUnixMicros(row[6].as<int64_t>()),
          .is_thinned = row[7].as<bool>()};
}

std::vector<EncodedTable> ReadTables(pqxx::transaction_base& transaction, int64_t snapshot_id) {
  std::vector<EncodedTable> tables;
  const pqxx::result rows = transaction.exec_params(
      "select board, method, content from arena.leaderboard_tables where snapshot_id = $1 "
      "order by board collate \"C\", method collate \"C\"",
      snapshot_id);
  for (const pqxx::row& row : rows) {
    tables.push_back({.board = row[0].as<std::string>(),
                      .method = row[1].as<std::string>(),
                      .content = row[2].as<std::string>()});
  }
  return tables;
}

}  // namespace arena::rating
