#include "services/rating/core/snapshots/series.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <span>
#include <system_error>
#include <thread>
#include <utility>

#include "common/base/status_macros.h"
#include "services/rating/model/leaderboard/canonical_json.h"
#include "services/rating/model/leaderboard/json_writer.h"

namespace arena::rating {
namespace {

struct SeriesNames {
  std::string_view series;
  std::string_view method;
};
constexpr SeriesNames kNames[] = {{"counts", "bt"}, {"elo", "elo"}, {"style", "bt-style"}};

const SeriesNames& NamesOf(Series series) { return kNames[static_cast<size_t>(series)]; }

size_t BoardsOf(Series series, const SeriesSettings& settings) {
  return series == Series::kElo ? kOverallBoard + 1 : settings.boards.size();
}

absl::StatusOr<TablePtr> ComputeTable(Series series, const CountsView& view, size_t board,
                                      const SeriesSettings& settings) {
  const BoardVotes votes{.models = *view.models,
                         .counts = *view.boards[board].counts,
                         .elo_ratings = &view.elo_ratings,
                         .table = view.votes.get(),
                         .board = board};
  ARENA_ASSIGN_OR_RETURN(Leaderboard leaderboard,
                         ComputeLeaderboard(votes, TableSettings(series, settings)));
  std::string content = CanonicalJson(leaderboard);
  return std::make_shared<const Table>(Table{.board = settings.boards.boards()[board].name,
                                             .method = std::string(MethodOf(series)),
                                             .content = std::move(content),
                                             .leaderboard = std::move(leaderboard)});
}

// One board at a time for each thread; each board is the same whoever computes it.
std::vector<absl::StatusOr<TablePtr>> ComputeBoards(Series series, const CountsView& view,
                                                    std::span<const size_t> boards,
                                                    const SeriesSettings& settings, int threads) {
  std::vector<absl::StatusOr<TablePtr>> tables(boards.size());
  std::atomic<size_t> next = 0;
  const auto compute = [&] {
    for (size_t k = next++; k < boards.size(); k = next++) {
      tables[k] = ComputeTable(series, view, boards[k], settings);
    }
  };
  std::vector<std::jthread> others;
  try {
    for (int t = 1; t < threads && static_cast<size_t>(t) < boards.size(); ++t) {
      others.emplace_back(compute);
    }
  } catch (const std::system_error&) {
    // No more threads to be had: those that there are compute all boards.
  }
  compute();
  others.clear();  // joins
  return tables;
}

}  // namespace

std::string_view NameOf(Series series) { return NamesOf(series).series; }

std::optional<Series> SeriesNamed(std::string_view name) {
  for (const Series series : kAllSeries) {
    if (NameOf(series) == name) return series;
  }
  return std::nullopt;
}

std::string_view MethodOf(Series series) { return NamesOf(series).method; }

Settings TableSettings(Series series, const SeriesSettings& settings) {
  Settings of_table = series == Series::kElo ? EloSettings() : Settings();
  of_table.k = settings.elo_k;
  of_table.provisional_votes = settings.provisional_votes;
  of_table.style_control = series == Series::kStyle;
  return of_table;
}

int64_t MinimumVotes(const SeriesSettings& settings, size_t board) {
  return board == kOverallBoard ? 0 : settings.board_minimum_votes;
}

std::string SettingsJson(Series series, const SeriesSettings& settings) {
  JsonWriter json;
  json.BeginObject();
  json.Key("series").String(NameOf(series));
  json.Key("method").String(MethodOf(series));
  json.Key("board_minimum_votes").Integer(settings.board_minimum_votes);
  json.Key("boards").BeginArray();
  for (size_t board = 0; board < BoardsOf(series, settings); ++board) {
    const BoardDefinition& definition = settings.boards.boards()[board];
    json.BeginObject();
    json.Key("name").String(definition.name);
    json.Key("version").Integer(definition.version);
    json.Key("description").String(definition.description);
    json.EndObject();
  }
  json.EndArray();
  // The settings are an object of their own already.
  std::string text = json.Take();
  return fmt::format(R"({},"settings":{}}})", text, SettingsJson(TableSettings(series, settings)));
}

TablePtr TableCache::Find(size_t board, int64_t changed_at) const {
  if (board >= kept_.size() || kept_[board].changed_at != changed_at) return nullptr;
  return kept_[board].table;
}

void TableCache::Keep(size_t board, int64_t changed_at, TablePtr table) {
  if (board >= kept_.size()) kept_.resize(board + 1);
  kept_[board] = {.changed_at = changed_at, .table = std::move(table)};
}

bool IsPublished(const CountsView& view, size_t board, const SeriesSettings& settings) {
  return view.boards[board].counts->total() >= MinimumVotes(settings, board);
}

bool CanCompute(Series series, const CountsView& view) {
  switch (series) {
    case Series::kCounts:
      return true;
    case Series::kElo:
      return !view.is_elo_stale;
    case Series::kStyle:
      break;
  }
  return view.votes != nullptr && !view.votes->is_partial();
}

absl::StatusOr<std::vector<TablePtr>> ComputeTables(Series series, const CountsView& view,
                                                    const SeriesSettings& settings,
                                                    TableCache* cache, int threads) {
  if (!CanCompute(series, view)) {
    return absl::FailedPreconditionError(
        fmt::format("{} waits for votes to be read or replayed", NameOf(series)));
  }
  std::vector<size_t> due;
  std::vector<TablePtr> tables;
  for (size_t board = 0; board < BoardsOf(series, settings); ++board) {
    if (!IsPublished(view, board, settings)) continue;
    TablePtr kept = cache == nullptr ? nullptr : cache->Find(board, view.boards[board].changed_at);
    if (kept == nullptr) {
      due.push_back(board);
    } else {
      tables.push_back(std::move(kept));
    }
  }
  auto computed = ComputeBoards(series, view, due, settings, threads);
  for (size_t k = 0; k < due.size(); ++k) {
    // Where style tells all votes apart it has no finite coefficient, and the board no numbers.
    if (series == Series::kStyle && absl::IsFailedPrecondition(computed[k].status())) continue;
    ARENA_ASSIGN_OR_RETURN(TablePtr table, std::move(computed[k]));
    if (cache != nullptr) cache->Keep(due[k], view.boards[due[k]].changed_at, table);
    tables.push_back(std::move(table));
  }
  std::ranges::sort(tables, {},
                    [](const TablePtr& table) -> const std::string& { return table->board; });
  return tables;
}

}  // namespace arena::rating
