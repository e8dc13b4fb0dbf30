#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/lifecycle/process.h"
#include "tests/bench/support/bench_database.h"
#include "tests/bench/support/cpu_time.h"
#include "tests/bench/support/report.h"
#include "tests/bench/support/server_process.h"
#include "tests/bench/support/statistics.h"
#include "tests/bench/watchers/watcher_crowd.h"
#include "tests/support/vote_log_writer.h"

// Many readers of WatchLeaderboard on one process: what one costs, and how long a snapshot takes to
// all of them.
namespace arena::bench {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(60);

constexpr char kAbout[] =
    "Readers that watch the official board at one arena-rating, freshly started on a private,\n"
    "durable PostgreSQL: the server's memory for each, and the time from a snapshot's publishing\n"
    "(its row's time, just before the commit) to its arrival. Votes are appended one batch after\n"
    "the other, each when all readers have the snapshot of the one before.";

struct Options {
  bool is_quick = false;
  bool is_json = false;
  int watchers = 10'000;
  int connections = 20;
  int models = 100;
  int snapshots = 20;
};

// Milliseconds.
struct FanOut {
  // From publishing to each watcher, of all snapshots.
  std::vector<double> ages;
  // From publishing to the last watcher, and from the first watcher to the last, a snapshot.
  std::vector<double> to_last;
  std::vector<double> first_to_last;
};

class Votes {
 public:
  Votes(const BenchDatabase& database, int models) : writer_(database.conninfo("")) {
    for (int id = 1; id <= models; ++id) models_.push_back(static_cast<ModelId>(id));
  }

  // The position of the last.
  int64_t Append(int count) {
    return writer_.Append(testing::RandomVotes(models_, count, random_));
  }

 private:
  testing::VoteLogWriter writer_;
  SeededRandom random_{1};
  std::vector<ModelId> models_;
};

absl::StatusOr<absl::Time> PublishTime(BenchDatabase& database, int64_t position) {
  ARENA_ASSIGN_OR_RETURN(
      const int64_t micros,
      database.Number(
          fmt::format("select (extract(epoch from min(publish_time)) * 1000000)::bigint "
                      "from arena.leaderboard_snapshots where series = 'counts' and position >= {}",
                      position)));
  return absl::FromUnixMicros(micros);
}

absl::Status WatchOne(BenchDatabase& database, Votes& votes, WatcherCrowd& crowd, FanOut& fan_out) {
  const int64_t position = votes.Append(100);
  ARENA_RETURN_IF_ERROR(crowd.Await(position, kPatience));
  ARENA_ASSIGN_OR_RETURN(const absl::Time published, PublishTime(database, position));
  const std::vector<absl::Time> arrivals = crowd.arrivals();
  for (const absl::Time arrival : arrivals) {
    fan_out.ages.push_back(absl::ToDoubleMilliseconds(arrival - published));
  }
  const auto [first, last] = std::ranges::minmax(arrivals);
  fan_out.to_last.push_back(absl::ToDoubleMilliseconds(last - published));
  fan_out.first_to_last.push_back(absl::ToDoubleMilliseconds(last - first));
  return absl::OkStatus();
}

absl::Status Measure(const Options& options) {
  const Report report("watchers", options.is_json);
  ARENA_ASSIGN_OR_RETURN(const auto database, BenchDatabase::Open());
  ARENA_RETURN_IF_ERROR(database->AddModels(options.models));
  ARENA_ASSIGN_OR_RETURN(const std::string settings, database->Describe());
  report.Note(settings);
  report.Note(fmt::format("{} watchers over {} connections, {} models; load average {:.2f}",
                          options.watchers, options.connections, options.models, LoadAverage()));
  ARENA_ASSIGN_OR_RETURN(const auto rating,
                         StartService("arena-rating", database->conninfo("arena_rating")));
  Votes votes(*database, options.models);
  const int64_t first = votes.Append(10'000);
  {
    // Until the first leaderboard is there, and all that one reader needs.
    WatcherCrowd one(rating->address(), 1, 1);
    ARENA_RETURN_IF_ERROR(one.Await(first, kPatience));
  }

  const double before = ResidentBytes(rating->pid());
  const absl::Time begin = absl::Now();
  WatcherCrowd crowd(rating->address(), static_cast<size_t>(options.watchers),
                     static_cast<size_t>(options.connections));
  ARENA_RETURN_IF_ERROR(crowd.Await(first, kPatience));
  const absl::Duration opened = absl::Now() - begin;
  const double idle = ResidentBytes(rating->pid());
  const double cpu_before = CpuSeconds(rating->pid());
  FanOut fan_out;
  for (int i = 0; i < options.snapshots; ++i) {
    ARENA_RETURN_IF_ERROR(WatchOne(*database, votes, crowd, fan_out));
  }
  const double busy = ResidentBytes(rating->pid());

  report.Add({"a leaderboard", static_cast<double>(crowd.message_bytes()), "B"});
  report.Add({"all readers have the first", absl::ToDoubleSeconds(opened), "s"});
  report.Add({"memory a reader, before the first change", (idle - before) / options.watchers, "B"});
  report.Add({"memory a reader, after the last change", (busy - before) / options.watchers, "B"});
  report.Add({"publishing to a reader, p50", Percentile(fan_out.ages, 0.5), "ms"});
  report.Add({"publishing to a reader, p99", Percentile(fan_out.ages, 0.99), "ms"});
  report.Add({"publishing to a reader, most", Percentile(fan_out.ages, 1), "ms"});
  report.Add({"publishing to the last reader, median", Median(fan_out.to_last), "ms"});
  report.Add({"first reader to the last, median", Median(fan_out.first_to_last), "ms"});
  report.Add({"processor time of rating, a reader and snapshot",
              (CpuSeconds(rating->pid()) - cpu_before) * 1e6 / options.watchers / options.snapshots,
              "us"});
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  lifecycle::InitProcess();
  CLI::App app(kAbout);
  Options options;
  app.add_flag("--quick", options.is_quick, "A few seconds: shows that it works, measures little");
  app.add_flag("--json", options.is_json, "One JSON object a line instead of a table");
  app.add_option("--watchers", options.watchers, "Readers")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  app.add_option("--connections", options.connections, "Connections that they share")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  app.add_option("--models", options.models, "Models on the board")
      ->check(CLI::Range(2, 1'000))
      ->capture_default_str();
  app.add_option("--snapshots", options.snapshots, "Snapshots that are waited for")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (options.is_quick) {
    options.watchers = std::min(options.watchers, 200);
    options.snapshots = std::min(options.snapshots, 3);
  }
  return ExitCodeOf("watchers", Measure(options));
}

}  // namespace
}  // namespace arena::bench

int main(int argc, char** argv) { return arena::bench::Main(argc, argv); }
