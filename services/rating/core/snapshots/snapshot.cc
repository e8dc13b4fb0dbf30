#include "services/rating/core/snapshots/snapshot.h"

#include <fmt/format.h>

#include <iterator>
#include <memory>
#include <string_view>
#include <utility>

#include "common/base/status_macros.h"
#include "services/rating/core/snapshots/leaderboard_json.h"
#include "services/rating/model/leaderboard/canonical_json.h"
#include "services/rating/model/leaderboard/json_writer.h"

namespace arena::rating {

std::vector<EncodedTable> EncodeTables(const std::vector<TablePtr>& tables) {
  std::vector<EncodedTable> encoded;
  for (const TablePtr& table : tables) {
    encoded.push_back({table->board, table->method, table->content});
  }
  return encoded;
}

std::string DigestOf(const std::vector<EncodedTable>& tables) {
  std::string text = R"({"tables":[)";
  for (const EncodedTable& table : tables) {
    if (&table != &tables.front()) text += ',';
    // Names of boards and methods are our own and need no escaping.
    fmt::format_to(std::back_inserter(text), R"({{"board":"{}","method":"{}","table":{}}})",
                   table.board, table.method, table.content);
  }
  text += "]}";
  return Sha256Hex(text);
}

absl::StatusOr<std::vector<TablePtr>> DecodeTables(std::string_view digest,
                                                   const std::vector<EncodedTable>& tables) {
  if (DigestOf(tables) != digest) {
    return absl::DataLossError("the tables of a snapshot do not have its digest");
  }
  std::vector<TablePtr> decoded;
  for (const EncodedTable& table : tables) {
    ARENA_ASSIGN_OR_RETURN(Leaderboard leaderboard, ParseLeaderboard(table.content));
    decoded.push_back(std::make_shared<const Table>(Table{.board = table.board,
                                                          .method = table.method,
                                                          .content = table.content,
                                                          .leaderboard = std::move(leaderboard)}));
  }
  return decoded;
}

TablePtr Snapshot::Find(std::string_view board) const {
  for (const TablePtr& table : tables) {
    if (table->board == board) return table;
  }
  return nullptr;
}

bool IsWorthPublishing(const SnapshotHeader* newest, int64_t position, std::string_view settings,
                       std::string_view library_version) {
  if (newest == nullptr) return position > 0;
  if (position != newest->position) return position > newest->position;
  return settings != newest->settings || library_version != newest->library_version;
}

}  // namespace arena::rating
