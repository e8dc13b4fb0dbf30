#include "tools/arenactl/leaderboard/snapshots.h"

#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/base/status_macros.h"
#include "tools/arenactl/command.h"
#include "tools/arenactl/leaderboard/choice.h"
#include "tools/arenactl/leaderboard/snapshot_calls.h"

namespace arena::arenactl {
namespace {

constexpr char kSnapshotsHelp[] =
    R"(Newest first. The series are counts (Bradley-Terry of all boards), elo (of overall) and style (with
style control, of all boards). Tables are thinned out with age, headers stay: 'tables' says which
are still kept; those 'leaderboard verify' can recompute and 'leaderboard show --as-of' can print.

Example:  arenactl leaderboard snapshots --series counts --limit 5)";

struct SnapshotsOptions {
  v1::SnapshotSeries series = v1::SNAPSHOT_SERIES_UNSPECIFIED;
  int64_t limit = 20;
  bool retained_only = false;
  rate::Format format = rate::Format::kTable;
  std::string rating;
};

std::string SnapshotsTable(const std::vector<v1::SnapshotInfo>& snapshots) {
  std::string text = fmt::format("{:>10}  {:<6}  {:>12}  {:<27}  {:<7}  {:<12}  {}\n", "snapshot",
                                 "series", "position", "published", "library", "digest", "tables");
  for (const v1::SnapshotInfo& info : snapshots) {
    text += fmt::format("{:>10}  {:<6}  {:>12}  {:<27}  {:<7}  {:<12}  {}\n", info.snapshot_id(),
                        NameOf(info.series()), info.position(), TextOf(info.publish_time()),
                        info.library_version(), info.digest().substr(0, 12),
                        info.thinned() ? "thinned" : "kept");
  }
  return text;
}

std::string SnapshotsCsv(const std::vector<v1::SnapshotInfo>& snapshots) {
  std::string text = "snapshot,series,position,publish_time,library_version,digest,thinned\n";
  for (const v1::SnapshotInfo& info : snapshots) {
    text += fmt::format("{},{},{},{},{},{},{}\n", info.snapshot_id(), NameOf(info.series()),
                        info.position(), TextOf(info.publish_time()), info.library_version(),
                        info.digest(), info.thinned());
  }
  return text;
}

std::string SnapshotsJson(const std::vector<v1::SnapshotInfo>& snapshots) {
  auto list = nlohmann::ordered_json::array();
  for (const v1::SnapshotInfo& info : snapshots) {
    list.push_back({{"snapshot", info.snapshot_id()},
                    {"series", NameOf(info.series())},
                    {"position", info.position()},
                    {"publish_time", TextOf(info.publish_time())},
                    {"library_version", info.library_version()},
                    {"digest", info.digest()},
                    {"thinned", info.thinned()}});
  }
  return nlohmann::ordered_json{{"snapshots", list}}.dump() + '\n';
}

absl::Status RunSnapshots(const SnapshotsOptions& options) {
  ARENA_ASSIGN_OR_RETURN(const Remote rating, Remote::Make(kRating, options.rating));
  ARENA_ASSIGN_OR_RETURN(const std::vector<v1::SnapshotInfo> snapshots,
                         ListSnapshots(rating, {.series = options.series,
                                                .retained_only = options.retained_only,
                                                .limit = options.limit}));
  std::cout << FormatAs(options.format, snapshots, SnapshotsTable, SnapshotsCsv, SnapshotsJson);
  return absl::OkStatus();
}

}  // namespace

void AddSnapshotsCommand(CLI::App& leaderboard) {
  auto options = std::make_shared<SnapshotsOptions>();
  CLI::App* command = leaderboard.add_subcommand("snapshots", "Lists what was published");
  AddChoice<v1::SnapshotSeries>(*command, "--series", options->series,
                                "counts, elo or style (default: all)",
                                {{"counts", v1::SNAPSHOT_SERIES_COUNTS},
                                 {"elo", v1::SNAPSHOT_SERIES_ELO},
                                 {"style", v1::SNAPSHOT_SERIES_STYLE}});
  command->add_option("--limit", options->limit, "At most so many; 0 for all")
      ->check(Between(0, INT64_MAX))
      ->type_name("N")
      ->capture_default_str();
  command->add_flag("--kept", options->retained_only, "Only those whose tables are still kept");
  AddFormat(*command, options->format);
  AddAddressFlag(*command, kRating, options->rating);
  command->footer(kSnapshotsHelp);
  OnRun(*command, [options] { return RunSnapshots(*options); });
}

}  // namespace arena::arenactl
