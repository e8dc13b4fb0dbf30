#include "services/rating/core/snapshot.h"

#include <fmt/format.h>

#include <iterator>
#include <memory>
#include <string_view>
#include <utility>

#include "common/base/status_macros.h"
#include "services/rating/core/leaderboard_json.h"
#include "services/rating/model/canonical_json.h"
#include "services/rating/model/json_writer.h"

namespace arena::rating {

std::string SnapshotSettingsJson(const SnapshotSettings& settings) {
  return fmt::format(R"({{"boards":[{},{}]}})", SettingsJson(settings.bradley_terry),
                     SettingsJson(settings.elo));
}

absl::StatusOr<std::vector<BoardTables>> ComputeTables(const CountsView& view,
                                                       const SnapshotSettings& settings) {
  const PairCounts& counts = *view.boards[kOverallBoard].counts;
  const BoardVotes votes{
      .models = *view.models, .counts = counts, .elo_ratings = &view.elo_ratings};
  BoardTables tables{.board = "overall"};
  ARENA_ASSIGN_OR_RETURN(tables.bradley_terry, ComputeLeaderboard(votes, settings.bradley_terry));
  ARENA_ASSIGN_OR_RETURN(tables.elo, ComputeLeaderboard(votes, settings.elo));
  tables.pairs = MakePairTable(*view.models, counts);
  return std::vector<BoardTables>{std::move(tables)};
}

std::vector<EncodedTable> EncodeTables(const std::vector<BoardTables>& boards) {
  std::vector<EncodedTable> tables;
  for (const BoardTables& board : boards) {
    tables.push_back({board.board, "bt", CanonicalJson(board.bradley_terry)});
    tables.push_back({board.board, "elo", CanonicalJson(board.elo)});
    tables.push_back({board.board, "pairs", PairTableJson(board.pairs)});
  }
  return tables;
}

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

const BoardTables* Snapshot::Find(std::string_view board) const {
  for (const BoardTables& tables : boards) {
    if (tables.board == board) return &tables;
  }
  return nullptr;
}

absl::StatusOr<Snapshot> DecodeSnapshot(SnapshotHeader header,
                                        const std::vector<EncodedTable>& tables) {
  if (DigestOf(tables) != header.digest) {
    return absl::DataLossError(
        fmt::format("the tables of snapshot {} do not have its digest", header.id));
  }
  Snapshot snapshot{.header = std::move(header), .boards = {}};
  for (const EncodedTable& table : tables) {
    if (snapshot.boards.empty() || snapshot.boards.back().board != table.board) {
      snapshot.boards.push_back({.board = table.board});
    }
    BoardTables& board = snapshot.boards.back();
    if (table.method == "bt") {
      ARENA_ASSIGN_OR_RETURN(board.bradley_terry, ParseLeaderboard(table.content));
    } else if (table.method == "elo") {
      ARENA_ASSIGN_OR_RETURN(board.elo, ParseLeaderboard(table.content));
    } else if (table.method == "pairs") {
      ARENA_ASSIGN_OR_RETURN(board.pairs, ParsePairTable(table.content));
    }
    // A newer version may store more; what this one does not know it does not serve.
  }
  return snapshot;
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

bool IsWorthPublishing(const SnapshotHeader* newest, int64_t position, std::string_view settings,
                       std::string_view library_version) {
  if (newest == nullptr) return position > 0;
  if (position != newest->position) return position > newest->position;
  return settings != newest->settings || library_version != newest->library_version;
}

}  // namespace arena::rating
