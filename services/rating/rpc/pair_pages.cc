#include "services/rating/rpc/pair_pages.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "services/rating/core/errors.h"
#include "services/rating/core/page_token.h"
#include "services/rating/rpc/convert.h"

namespace arena::rating {
namespace {

struct PairQuery {
  SnapshotHub::SnapshotPtr snapshot;
  const BoardTables* tables = nullptr;
  std::string model;
  bool include_retired = false;
  size_t first_pair = 0;
  int page_size = limits::kDefaultPagePairs;
};

absl::StatusOr<SnapshotHub::SnapshotPtr> SnapshotOf(const SnapshotHub& hub,
                                                    const std::string& page_token,
                                                    PairQuery& query) {
  if (page_token.empty()) {
    const SnapshotHub::SnapshotPtr newest = hub.newest();
    if (newest == nullptr) return SnapshotNotFound();
    return newest;
  }
  ARENA_ASSIGN_OR_RETURN(const PairsPage page, ParsePageToken(page_token));
  query.first_pair = page.first_pair;
  SnapshotHub::SnapshotPtr held = hub.Find(page.snapshot_id);
  if (held == nullptr) {
    return FieldInvalid("page_token", "of a snapshot that is still held; begin again");
  }
  return held;
}

absl::StatusOr<PairQuery> Validate(const SnapshotHub& hub, const ModelDirectory& directory,
                                   const v1::GetPairStatisticsRequest& request) {
  PairQuery query{.model = request.model(), .include_retired = request.include_retired()};
  if (request.page_size() < 0 || request.page_size() > limits::kMaxPagePairs) {
    return BeyondLimit("kMaxPagePairs",
                       FieldInvalid("page_size", fmt::format("0 to {}", limits::kMaxPagePairs)));
  }
  if (request.page_size() > 0) query.page_size = request.page_size();
  ARENA_ASSIGN_OR_RETURN(const std::string board, BoardOf(request.board()));
  if (!query.model.empty()) {
    // Naming a retired model is asking for it; an anonymous one must look unknown.
    const auto facts = directory.find(query.model);
    if (facts == directory.end() || !MayList(&facts->second, true)) {
      return ModelNotFound(query.model);
    }
  }
  ARENA_ASSIGN_OR_RETURN(query.snapshot, SnapshotOf(hub, request.page_token(), query));
  query.tables = query.snapshot->Find(board);
  if (query.tables == nullptr) return BoardNotFound(board);
  return query;
}

// Which of the table's models may be listed, by their index.
std::vector<bool> Listed(const PairQuery& query, const ModelDirectory& directory) {
  std::vector<bool> listed;
  for (const std::string& model : query.tables->pairs.models) {
    const auto facts = directory.find(model);
    listed.push_back(facts != directory.end() &&
                     MayList(&facts->second, query.include_retired || model == query.model));
  }
  return listed;
}

std::vector<const LeaderboardRow*> RowsOf(const BoardTables& tables) {
  absl::flat_hash_map<std::string_view, const LeaderboardRow*> by_name;
  for (const LeaderboardRow& row : tables.bradley_terry.models) by_name[row.model] = &row;
  std::vector<const LeaderboardRow*> rows;
  for (const std::string& model : tables.pairs.models) {
    const auto row = by_name.find(model);
    rows.push_back(row == by_name.end() ? nullptr : row->second);
  }
  return rows;
}

}  // namespace

absl::StatusOr<std::string> BoardOf(const std::string& board) {
  if (!board.empty() && board != "overall") return BoardNotFound(board);
  return "overall";
}

absl::StatusOr<v1::GetPairStatisticsResponse> ReadPairPage(
    SnapshotHub& hub, const v1::GetPairStatisticsRequest& request) {
  const SnapshotHub::DirectoryPtr directory = hub.directory();
  ARENA_ASSIGN_OR_RETURN(const PairQuery query, Validate(hub, *directory, request));
  const PairTable& table = query.tables->pairs;
  const std::vector<bool> listed = Listed(query, *directory);
  const std::vector<const LeaderboardRow*> rows = RowsOf(*query.tables);

  v1::GetPairStatisticsResponse page;
  *page.mutable_snapshot() = ToProto(query.snapshot->header);
  for (size_t i = query.first_pair; i < table.pairs.size(); ++i) {
    const PairTable::Pair& pair = table.pairs[i];
    if (!listed[pair.a] || !listed[pair.b]) continue;
    if (!query.model.empty() && table.models[pair.a] != query.model &&
        table.models[pair.b] != query.model) {
      continue;
    }
    if (page.pairs_size() == query.page_size) {
      page.set_next_page_token(
          ToPageToken({.snapshot_id = query.snapshot->header.id, .first_pair = i}));
      hub.Hold(query.snapshot);
      break;
    }
    v1::PairStatistics& statistics = *page.add_pairs();
    statistics = ToProto(table, pair);
    const auto predicted = PredictedWinRate(rows[pair.a], rows[pair.b]);
    if (predicted) statistics.set_predicted_win_rate(*predicted);
  }
  return page;
}

}  // namespace arena::rating
