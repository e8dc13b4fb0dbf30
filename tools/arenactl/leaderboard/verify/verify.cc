#include "tools/arenactl/leaderboard/verify/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "services/rating/model/library_version.h"
#include "tools/arenactl/client.h"
#include "tools/arenactl/command.h"
#include "tools/arenactl/leaderboard/snapshot_calls.h"
#include "tools/arenactl/leaderboard/verify/comparison.h"
#include "tools/arenactl/leaderboard/verify/log_cursors.h"
#include "tools/arenactl/leaderboard/verify/recomputer.h"
#include "tools/arenactl/terminal.h"

namespace arena::arenactl {
namespace {

constexpr char kVerifyHelp[] =
    R"(Nothing is taken on trust: the vote log is exported, every table of the snapshot is computed again
from it up to the snapshot's position, offline, by the library that the service is built from and
with the settings that the snapshot carries, and compared byte for byte, with the digest. Needs an
operator's key where servers ask for one, since a part of the log makes no leaderboard.

Exit codes: 0 the same bytes; 1 something differs (board and model are named), or could not be
had; 2 another version of the rating library computed the snapshot: its numbers agree to 1e-9.

Examples:
  arenactl leaderboard verify                  (the newest of each series)
  arenactl leaderboard verify 4711
  arenactl votes export > votes.jsonl && arenactl leaderboard verify --all --log votes.jsonl)";

constexpr char kNotFound[] = "SNAPSHOT_NOT_FOUND";

// A snapshot to verify: at hand, or to be fetched when its turn comes, since all of them would not
// fit the memory.
struct Task {
  int64_t id = 0;
  int64_t position = 0;
  rating::Series series = rating::Series::kCounts;
  std::function<absl::StatusOr<StoredSnapshot>()> fetch;
};

Task TaskOf(StoredSnapshot snapshot) {
  const rating::SnapshotHeader& header = snapshot.header;
  Task task{.id = header.id, .position = header.position, .series = header.series, .fetch = {}};
  task.fetch = [snapshot = std::move(snapshot)] { return snapshot; };
  return task;
}

absl::StatusOr<std::vector<Task>> NewestOfEachSeries(const Remote& rating) {
  std::vector<Task> tasks;
  absl::Status none;
  for (const rating::Series series : rating::kAllSeries) {
    auto snapshot = ExportNewest(rating, series);
    if (snapshot.ok()) {
      tasks.push_back(TaskOf(*std::move(snapshot)));
    } else if (ReasonOf(snapshot.status()) == kNotFound) {
      none = snapshot.status();
    } else {
      return snapshot.status();
    }
  }
  if (tasks.empty()) return none;
  return tasks;
}

absl::StatusOr<std::vector<Task>> EveryRetained(const Remote& rating) {
  ARENA_ASSIGN_OR_RETURN(const std::vector<v1::SnapshotInfo> snapshots,
                         ListSnapshots(rating, {.retained_only = true}));
  std::vector<Task> tasks;
  for (const v1::SnapshotInfo& info : snapshots) {
    tasks.push_back(
        {.id = info.snapshot_id(),
         .position = info.position(),
         .series = rating::SeriesNamed(NameOf(info.series())).value_or(rating::Series::kCounts),
         .fetch = [&rating, id = info.snapshot_id()] { return ExportSnapshot(rating, id); }});
  }
  return tasks;
}

absl::StatusOr<std::vector<Task>> TasksOf(const VerifyOptions& options, const Remote& rating) {
  if (options.is_all) return EveryRetained(rating);
  if (options.snapshot == 0) return NewestOfEachSeries(rating);
  ARENA_ASSIGN_OR_RETURN(StoredSnapshot snapshot, ExportSnapshot(rating, options.snapshot));
  std::vector<Task> tasks;
  tasks.push_back(TaskOf(std::move(snapshot)));
  return tasks;
}

std::string Describe(const StoredSnapshot& stored, const Comparison& comparison) {
  const rating::SnapshotHeader& header = stored.header;
  const std::string what =
      fmt::format("snapshot {} ({}, position {}, {} board{})", header.id, NameOf(header.series),
                  header.position, stored.tables.size(), stored.tables.size() == 1 ? "" : "s");
  switch (comparison.agreement) {
    case Agreement::kSameBytes:
      return fmt::format("{}: the same bytes, digest {}", what, header.digest);
    case Agreement::kSameNumbers:
      return fmt::format("{}: the same numbers to 1e-9, of rating library {} and not {}", what,
                         header.library_version, rating::kLibraryVersion);
    case Agreement::kDiffers:
      break;
  }
  const std::string library = header.library_version == rating::kLibraryVersion
                                  ? ""
                                  : fmt::format(" (by rating library {}, not {})",
                                                header.library_version, rating::kLibraryVersion);
  return fmt::format("{}: DIFFERS{}: {}", what, library, comparison.difference);
}

// What came of all snapshots.
class Outcome {
 public:
  // Of many, only what is not as it should be is worth a line.
  explicit Outcome(bool is_terse) : is_terse_(is_terse) {}

  void Note(const StoredSnapshot& stored, const Comparison& comparison) {
    ++counts_[static_cast<size_t>(comparison.agreement)];
    if (is_terse_ && comparison.agreement == Agreement::kSameBytes) return;
    fmt::print("{}\n", Describe(stored, comparison));
  }
  void NoteThinned() { ++thinned_; }
  void NoteUnknown(const Task& task, const absl::Status& why) {
    ++unknown_;
    fmt::print("snapshot {} ({}, position {}): CANNOT BE RECOMPUTED: {}\n", task.id,
               NameOf(task.series), task.position, std::string(why.message()));
  }

  absl::StatusOr<int> Finish() const {
    const auto [same, close, different] = counts_;
    const int64_t all = same + close + different + unknown_;
    if (is_terse_) {
      fmt::print(
          "{} snapshots: {} the same bytes, {} the same numbers of another library version, "
          "{} differ, {} cannot be recomputed{}\n",
          all, same, close, different, unknown_,
          thinned_ == 0 ? "" : fmt::format("; {} were thinned out meanwhile", thinned_));
    }
    if (different > 0) {
      return absl::DataLossError(
          fmt::format("{} of {} snapshots differ from what the vote log says.", different, all));
    }
    if (unknown_ > 0) {
      return absl::FailedPreconditionError(
          fmt::format("{} of {} snapshots need another version of arenactl: take that of the "
                      "services that published them.",
                      unknown_, all));
    }
    return close > 0 ? kOtherLibraryCode : 0;
  }

 private:
  const bool is_terse_;
  // By Agreement.
  std::array<int64_t, 3> counts_ = {};
  // Of settings that this program does not know.
  int64_t unknown_ = 0;
  int64_t thinned_ = 0;
};

absl::Status Verify(const Task& task, Recomputer& recomputer, Outcome& outcome) {
  const auto stored = task.fetch();
  if (ReasonOf(stored.status()) == kNotFound) {
    outcome.NoteThinned();
    return absl::OkStatus();
  }
  ARENA_RETURN_IF_ERROR(stored.status());
  const auto recomputed = recomputer.TablesOf(stored->header);
  if (absl::IsFailedPrecondition(recomputed.status())) {
    outcome.NoteUnknown(task, recomputed.status());
    return absl::OkStatus();
  }
  ARENA_RETURN_IF_ERROR(recomputed.status());
  outcome.Note(*stored, Compare(*stored, *recomputed));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int> RunVerify(const VerifyOptions& options) {
  ARENA_ASSIGN_OR_RETURN(const Remote rating, Remote::Make(kRating, options.rating));
  ARENA_ASSIGN_OR_RETURN(const Remote vote_ingest, Remote::Make(kVoteIngest, options.vote_ingest));
  ARENA_ASSIGN_OR_RETURN(std::vector<Task> tasks, TasksOf(options, rating));
  std::ranges::sort(
      tasks, {}, [](const Task& task) { return std::tuple(task.position, task.series, task.id); });
  Progress progress("entries of the log", tasks.empty() ? 0 : tasks.back().position);
  Recomputer recomputer(
      [&]() -> absl::StatusOr<std::unique_ptr<LogCursor>> {
        if (options.log.empty()) return ReadRemoteLog(vote_ingest);
        return ReadLogFile(options.log);
      },
      [&](int64_t position) { progress.Show(position); });
  Outcome outcome(options.is_all);
  for (const Task& task : tasks) ARENA_RETURN_IF_ERROR(Verify(task, recomputer, outcome));
  return outcome.Finish();
}

void AddVerifyCommand(CLI::App& leaderboard) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* command = leaderboard.add_subcommand(
      "verify", "Recomputes published snapshots from the vote log and compares");
  CLI::Option* snapshot =
      command
          ->add_option("SNAPSHOT", options->snapshot,
                       "Its number, see 'leaderboard snapshots' (default: the newest of each "
                       "series)")
          ->check(Between(1, INT64_MAX))
          ->type_name("");
  command->add_flag("--all", options->is_all, "Every snapshot whose tables are kept")
      ->excludes(snapshot);
  command->add_option("--log", options->log, "Takes the log from a file of 'votes export'")
      ->type_name("FILE");
  AddAddressFlag(*command, kRating, options->rating);
  AddAddressFlag(*command, kVoteIngest, options->vote_ingest);
  command->footer(kVerifyHelp);
  OnRunWithCode(*command, [options] { return RunVerify(*options); });
}

}  // namespace arena::arenactl
