#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/rating/core/log/counts_view.h"
#include "services/rating/model/leaderboard/leaderboard.h"
#include "services/rating/model/settings.h"
#include "services/rating/model/votes/boards.h"

namespace arena::rating {

// What is published at one pace from one set of inputs. Each series has snapshots, settings and
// digests of its own, and one method: Bradley-Terry of all boards, online Elo of `overall`, and
// style-controlled Bradley-Terry of all boards.
enum class Series { kCounts, kElo, kStyle };
inline constexpr Series kAllSeries[] = {Series::kCounts, Series::kElo, Series::kStyle};

// counts, elo, style: as stored.
std::string_view NameOf(Series series);
// Nothing for any other name.
std::optional<Series> SeriesNamed(std::string_view name);
// The method of its tables: bt, elo, bt-style.
std::string_view MethodOf(Series series);

// All that leaderboards depend on besides the log; the same in every replica.
struct SeriesSettings {
  BoardSet boards;
  // A board other than `overall` is published once it has so many votes.
  int64_t board_minimum_votes = 300;
  // A model with fewer votes is provisional.
  int64_t provisional_votes = 300;
  double elo_k = 32.0;
};

// Votes without which a board is not published; none for `overall`.
int64_t MinimumVotes(const SeriesSettings& settings, size_t board);

// What ComputeLeaderboard gets for the tables of a series.
Settings TableSettings(Series series, const SeriesSettings& settings);

// All that a series depends on, as canonical JSON: {"series","method","board_minimum_votes",
// "boards":[{"name","version","description"}],"settings":SettingsJson}. The settings are those of
// every board of the series, `overall` standing for all.
std::string SettingsJson(Series series, const SeriesSettings& settings);

// One leaderboard of a snapshot: its bytes as they are stored and digested, and what they say.
struct Table {
  std::string board;
  std::string method;
  // Canonical JSON.
  std::string content;
  Leaderboard leaderboard;
};
// Immutable and shared: a board without news keeps its table from snapshot to snapshot.
using TablePtr = std::shared_ptr<const Table>;

// The tables of a series as they were last computed, for those boards that have not changed since.
// One for each series; for one thread at a time, and for views of one log and the same settings.
class TableCache {
 public:
  // Null when the board has changed since.
  TablePtr Find(size_t board, int64_t changed_at) const;
  void Keep(size_t board, int64_t changed_at, TablePtr table);

 private:
  struct Kept {
    int64_t changed_at = 0;
    TablePtr table;
  };
  std::vector<Kept> kept_;
};

// Whether a view has what the series is computed from: Elo waits for a replay, style for the votes
// before the checkpoint.
bool CanCompute(Series series, const CountsView& view);

// Computes the tables of a series at a view's position, cold, by name of the board: the same log
// and settings give the same bits, with or without a cache. A style board whose coefficients have
// no finite maximum, as of few votes, is left out. Errors: INVALID_ARGUMENT for settings
// that make no sense; FAILED_PRECONDITION when CanCompute says no. `threads` share the boards, this
// one included; the tables are the same for any number of them.
absl::StatusOr<std::vector<TablePtr>> ComputeTables(Series series, const CountsView& view,
                                                    const SeriesSettings& settings,
                                                    TableCache* cache = nullptr, int threads = 1);

// Whether the board at this place is published.
bool IsPublished(const CountsView& view, size_t board, const SeriesSettings& settings);

}  // namespace arena::rating
