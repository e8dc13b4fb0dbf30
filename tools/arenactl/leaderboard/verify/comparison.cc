#include "tools/arenactl/leaderboard/verify/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "services/rating/core/snapshots/leaderboard_json.h"
#include "services/rating/model/library_version.h"

namespace arena::arenactl {
namespace {

using rating::Coefficient;
using rating::EncodedTable;
using rating::Leaderboard;
using rating::LeaderboardRow;
using rating::TablePtr;

// Finds the first difference between two leaderboards; what it says begins with whom it is about.
class LeaderboardComparison {
 public:
  // Numbers may differ by `tolerance`, of themselves where they are beyond one.
  explicit LeaderboardComparison(double tolerance) : tolerance_(tolerance) {}

  // Empty when there is none.
  std::string Compare(const Leaderboard& stored, const Leaderboard& recomputed) {
    CompareModels(stored.models, recomputed.models);
    CompareCoefficients(stored.coefficients, recomputed.coefficients);
    whom_ = "the board itself";
    Integers("votes", stored.votes, recomputed.votes);
    Integers("groups", stored.groups, recomputed.groups);
    Integers("method", static_cast<int>(stored.method), static_cast<int>(recomputed.method));
    return std::move(difference_);
  }

 private:
  // By name: equal ratings of another library may come in another order.
  void CompareModels(const std::vector<LeaderboardRow>& stored,
                     const std::vector<LeaderboardRow>& recomputed) {
    std::map<std::string_view, const LeaderboardRow*> missing;
    for (const LeaderboardRow& row : recomputed) missing.emplace(row.model, &row);
    for (const LeaderboardRow& row : stored) {
      whom_ = fmt::format("model {}", row.model);
      const auto same = missing.find(row.model);
      if (same == missing.end()) return Note("is stored, but has no vote in the log");
      CompareRows(row, *same->second);
      missing.erase(same);
    }
    if (missing.empty()) return;
    whom_ = fmt::format("model {}", missing.begin()->first);
    Note("has votes in the log, but is not stored");
  }

  void CompareRows(const LeaderboardRow& stored, const LeaderboardRow& recomputed) {
    Numbers("rating", stored.rating, recomputed.rating);
    Numbers("lower", stored.lower, recomputed.lower);
    Numbers("upper", stored.upper, recomputed.upper);
    Integers("votes", stored.votes, recomputed.votes);
    Integers("rank", stored.rank, recomputed.rank);
    Integers("rank_lower", stored.rank_lower, recomputed.rank_lower);
    Integers("rank_upper", stored.rank_upper, recomputed.rank_upper);
    Integers("group", stored.group, recomputed.group);
    Integers("provisional", stored.is_provisional, recomputed.is_provisional);
  }

  void CompareCoefficients(const std::vector<Coefficient>& stored,
                           const std::vector<Coefficient>& recomputed) {
    whom_ = "the coefficients";
    Integers("number", std::ssize(stored), std::ssize(recomputed));
    for (size_t i = 0; i < std::min(stored.size(), recomputed.size()); ++i) {
      whom_ = fmt::format("coefficient {} of group {}", recomputed[i].name, recomputed[i].group);
      if (stored[i].name != recomputed[i].name) Note("is not stored at its place");
      Integers("group", stored[i].group, recomputed[i].group);
      Numbers("value", stored[i].value, recomputed[i].value);
      Numbers("lower", stored[i].lower, recomputed[i].lower);
      Numbers("upper", stored[i].upper, recomputed[i].upper);
    }
  }

  void Numbers(std::string_view what, std::optional<double> stored,
               std::optional<double> recomputed) {
    if (stored.has_value() != recomputed.has_value()) {
      return Note(fmt::format("{} is {}stored, but {}recomputed", what, stored ? "" : "not ",
                              recomputed ? "" : "not "));
    }
    if (!stored || *stored == *recomputed) return;
    const double scale = std::max({1.0, std::abs(*stored), std::abs(*recomputed)});
    // In this form, what is no number is a difference.
    if (std::abs(*stored - *recomputed) <= tolerance_ * scale) return;
    Note(fmt::format("{} is stored as {} and recomputed as {}", what, *stored, *recomputed));
  }

  void Integers(std::string_view what, int64_t stored, int64_t recomputed) {
    if (stored == recomputed) return;
    Note(fmt::format("{} is stored as {} and recomputed as {}", what, stored, recomputed));
  }

  void Note(std::string_view what) {
    if (difference_.empty()) difference_ = fmt::format("{}: {}", whom_, what);
  }

  const double tolerance_;
  std::string whom_;
  std::string difference_;
};

constexpr double kOtherLibraryTolerance = 1e-9;

// Empty when there is no difference.
std::string DifferenceOf(const EncodedTable& stored, const rating::Table& recomputed,
                         bool is_same_library) {
  if (stored.method != recomputed.method) {
    return fmt::format("it is stored as rated by {} and recomputed by {}", stored.method,
                       recomputed.method);
  }
  if (stored.content == recomputed.content) return "";
  const auto leaderboard = rating::ParseLeaderboard(stored.content);
  if (!leaderboard.ok()) return "what is stored is no leaderboard";
  LeaderboardComparison comparison(is_same_library ? 0.0 : kOtherLibraryTolerance);
  std::string difference = comparison.Compare(*leaderboard, recomputed.leaderboard);
  if (difference.empty() && is_same_library) return "the same numbers are stored in other bytes";
  return difference;
}

}  // namespace

Comparison Compare(const StoredSnapshot& stored, const std::vector<TablePtr>& recomputed) {
  const bool is_same_library = stored.header.library_version == rating::kLibraryVersion;
  const auto differs = [](std::string what) {
    return Comparison{.agreement = Agreement::kDiffers, .difference = std::move(what)};
  };
  std::map<std::string_view, const rating::Table*> missing;
  for (const TablePtr& table : recomputed) missing.emplace(table->board, table.get());
  for (const EncodedTable& table : stored.tables) {
    const auto same = missing.find(table.board);
    if (same == missing.end()) {
      return differs(fmt::format("board {}: it is stored, but not recomputed", table.board));
    }
    const std::string what = DifferenceOf(table, *same->second, is_same_library);
    if (!what.empty()) return differs(fmt::format("board {}: {}", table.board, what));
    missing.erase(same);
  }
  if (!missing.empty()) {
    return differs(
        fmt::format("board {}: it is recomputed, but not stored", missing.begin()->first));
  }
  if (rating::DigestOf(stored.tables) != stored.header.digest) {
    return differs("the header's digest is not that of the tables");
  }
  return {.agreement = is_same_library ? Agreement::kSameBytes : Agreement::kSameNumbers};
}

}  // namespace arena::arenactl
