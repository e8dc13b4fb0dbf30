#include "services/rating/rpc/pair_pages.h"

#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "services/rating/core/answers/errors.h"
#include "services/rating/core/answers/page_token.h"
#include "services/rating/core/answers/pair_table.h"
#include "services/rating/rpc/convert.h"
#include "services/rating/rpc/leaderboard_query.h"

namespace arena::rating {
namespace {

struct PairQuery {
  std::string board;
  CountsViewPtr counts;
  std::string model;
  bool include_retired = false;
  size_t first_pair = 0;
  int page_size = limits::kDefaultPagePairs;
};

// A token counts the pairs of one board.
std::string CallOf(const PairQuery& query) { return "pairs of " + query.board; }

absl::StatusOr<CountsViewPtr> CountsOf(const SnapshotHub& hub, const std::string& page_token,
                                       PairQuery& query) {
  if (page_token.empty()) return NewestCounts(hub);
  ARENA_ASSIGN_OR_RETURN(const PageStart start, ParsePageToken(CallOf(query), page_token));
  query.first_pair = static_cast<size_t>(start.minor);
  CountsViewPtr held = hub.FindCounts(start.major);
  if (held == nullptr) {
    return FieldInvalid("page_token", "of a position that is still held; begin again");
  }
  return held;
}

absl::StatusOr<PairQuery> Validate(const SnapshotHub& hub, const BoardSet& boards,
                                   const v1::GetPairStatisticsRequest& request) {
  PairQuery query{.model = request.model(), .include_retired = request.include_retired()};
  ARENA_ASSIGN_OR_RETURN(query.page_size,
                         PageSizeOf(request.page_size(), {.standard = limits::kDefaultPagePairs,
                                                          .most = limits::kMaxPagePairs,
                                                          .name = "kMaxPagePairs"}));
  ARENA_ASSIGN_OR_RETURN(query.board, BoardOf(request.board(), boards));
  if (!query.model.empty()) ARENA_RETURN_IF_ERROR(CheckNamed(query.model, hub));
  ARENA_ASSIGN_OR_RETURN(query.counts, CountsOf(hub, request.page_token(), query));
  return query;
}

// Which of the table's models may be listed, by their index.
std::vector<bool> Listed(const PairTable& table, const PairQuery& query,
                         const ModelDirectory& directory) {
  std::vector<bool> listed;
  for (const std::string& model : table.models) {
    const auto facts = directory.find(model);
    // Naming a retired model is asking for it.
    listed.push_back(facts != directory.end() &&
                     MayList(&facts->second, query.include_retired || model == query.model));
  }
  return listed;
}

// The table's rows in the newest snapshot of the board, by their index; null where there is none.
std::vector<const LeaderboardRow*> RowsOf(const PairTable& table, const Table* rated) {
  absl::flat_hash_map<std::string_view, const LeaderboardRow*> by_name;
  if (rated != nullptr) {
    for (const LeaderboardRow& row : rated->leaderboard.models) by_name[row.model] = &row;
  }
  std::vector<const LeaderboardRow*> rows;
  for (const std::string& model : table.models) {
    const auto row = by_name.find(model);
    rows.push_back(row == by_name.end() ? nullptr : row->second);
  }
  return rows;
}

}  // namespace

absl::StatusOr<v1::GetPairStatisticsResponse> ReadPairPage(
    SnapshotHub& hub, const BoardSet& boards, BoardMemo<PairTable>& tables,
    const v1::GetPairStatisticsRequest& request) {
  const SnapshotHub::DirectoryPtr directory = hub.directory();
  ARENA_ASSIGN_OR_RETURN(const PairQuery query, Validate(hub, boards, request));
  const CountsView& counts = *query.counts;
  ARENA_ASSIGN_OR_RETURN(const auto shared_table,
                         tables.Get(counts, *boards.Find(query.board), MakePairTable));
  const PairTable& table = *shared_table;
  const SnapshotPtr snapshot = hub.newest(Series::kCounts);
  const TablePtr rated = snapshot == nullptr ? nullptr : snapshot->Find(query.board);
  const std::vector<bool> listed = Listed(table, query, *directory);
  const std::vector<const LeaderboardRow*> rows = RowsOf(table, rated.get());

  v1::GetPairStatisticsResponse page;
  page.set_position(counts.position);
  if (rated != nullptr) *page.mutable_snapshot() = ToProto(snapshot->header);
  for (size_t i = query.first_pair; i < table.pairs.size(); ++i) {
    const PairTable::Pair& pair = table.pairs[i];
    if (!listed[pair.a] || !listed[pair.b]) continue;
    if (!query.model.empty() && table.models[pair.a] != query.model &&
        table.models[pair.b] != query.model) {
      continue;
    }
    if (page.pairs_size() == query.page_size) {
      page.set_next_page_token(
          ToPageToken(CallOf(query), {.major = counts.position, .minor = static_cast<int64_t>(i)}));
      hub.Hold(query.counts);
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
