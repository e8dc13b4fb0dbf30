#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "arena/v1/vote_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "common/lifecycle/process.h"
#include "tests/bench/support/bench_database.h"
#include "tests/bench/support/cpu_time.h"
#include "tests/bench/support/report.h"
#include "tests/bench/support/server_process.h"
#include "tests/bench/support/snapshot_watch.h"
#include "tests/bench/support/statistics.h"
#include "tests/bench/support/unary_target.h"

// From the commit of a vote to the snapshot that covers it, as a watcher sees it. The aim
// stands in tests/bench/README.md.
namespace arena::bench {
namespace {

constexpr double kMostTailMs = 1'000;
constexpr absl::Duration kLastSnapshotWait = absl::Seconds(30);
// For a rating that reads a long log for the first time.
constexpr absl::Duration kReadingWait = absl::Minutes(10);

constexpr char kAbout[] =
    "How old a leaderboard is: votes at a steady rate through arena-vote-ingest, snapshots by\n"
    "arena-rating, both freshly started on a private, durable PostgreSQL. Each vote's time counts\n"
    "from its row's time in the log, just before the commit, to the arrival of the first snapshot\n"
    "that covers it at a client of WatchLeaderboard on the same machine.";

struct Options {
  bool is_quick = false;
  bool is_json = false;
  double rate = 2'000;
  double seconds = 20;
  int models = 100;
  // Votes in the log before.
  int64_t stored = 0;
  std::string style_interval = "60s";
};

using VoteTarget = UnaryTarget<v1::VoteService, v1::CastVoteRequest, v1::CastVoteResponse>;

VoteTarget::Options TargetAt(const std::string& address, size_t slots,
                             const std::vector<BattleId>& battles) {
  return {.address = address,
          .connections = 4,
          .slots = slots,
          .fill =
              [&battles](int64_t number, v1::CastVoteRequest& request, grpc::ClientContext&) {
                request.set_battle_id(battles.at(static_cast<size_t>(number)).ToString());
                request.set_turn(1);
                request.set_choice(static_cast<v1::Choice>(1 + number * 7 % 4));
              },
          .method =
              [](auto& stub, auto* context, auto* request, auto* response, auto done) {
                stub.async()->CastVote(context, request, response, std::move(done));
              }};
}

// Milliseconds from each vote to its snapshot.
absl::StatusOr<std::vector<double>> Ages(BenchDatabase& database, int64_t stored,
                                         const std::vector<Sighting>& sightings) {
  std::vector<double> ages;
  ARENA_RETURN_IF_ERROR(database.admin().Run([&](pqxx::nontransaction& session) -> absl::Status {
    ages.clear();
    auto next = sightings.begin();
    for (const auto& row :
         session.exec_params("select position, (extract(epoch from vote_time) * 1000000)::bigint "
                             "from arena.vote_log where position > $1 order by position",
                             stored)) {
      const auto position = row[0].as<int64_t>();
      while (next != sightings.end() && next->position < position) ++next;
      if (next == sightings.end()) return absl::InternalError("a vote is in no snapshot");
      ages.push_back(
          absl::ToDoubleMilliseconds(next->time - absl::FromUnixMicros(row[1].as<int64_t>())));
    }
    return absl::OkStatus();
  }));
  return ages;
}

// The first style fit begins at once, whatever the interval, and takes as long as the log is: it
// belongs to the start, which `restart` measures.
absl::Status AwaitFirstStyle(const std::string& address, int64_t stored) {
  v1::WatchLeaderboardRequest request;
  request.set_style_control(true);
  return SnapshotWatch(address, request).AwaitPosition(stored, kReadingWait);
}

absl::Status Measure(const Options& options) {
  constexpr size_t kSlots = 4'096;
  const Report report("freshness", options.is_json);
  ARENA_ASSIGN_OR_RETURN(const auto database, BenchDatabase::Open());
  ARENA_RETURN_IF_ERROR(database->AddModels(options.models));
  const auto votes = static_cast<int64_t>(options.rate * options.seconds);
  ARENA_RETURN_IF_ERROR(database->AddVotes(options.stored, options.models));
  ARENA_ASSIGN_OR_RETURN(const auto battles, database->AddBattles(votes, options.models));
  ARENA_RETURN_IF_ERROR(database->Settle());
  ARENA_ASSIGN_OR_RETURN(const std::string settings, database->Describe());
  report.Note(settings);
  report.Note(
      fmt::format("{:.0f} votes/s for {:.1f} s among {} models on 22 boards, {} votes before; "
                  "load average {:.2f}",
                  options.rate, options.seconds, options.models, options.stored, LoadAverage()));

  ARENA_ASSIGN_OR_RETURN(const auto ingest, StartService("arena-vote-ingest",
                                                         database->conninfo("arena_vote_ingest")));
  ARENA_ASSIGN_OR_RETURN(const auto rating,
                         StartService("arena-rating", database->conninfo("arena_rating"),
                                      {"--style-interval", options.style_interval}));
  SnapshotWatch watch(rating->address());
  if (options.stored > 0) {
    ARENA_RETURN_IF_ERROR(watch.AwaitPosition(options.stored, kReadingWait));
    ARENA_RETURN_IF_ERROR(AwaitFirstStyle(rating->address(), options.stored));
  }
  const size_t snapshots_before = watch.sightings().size();
  const double cpu_before = CpuSeconds(rating->pid());
  VoteTarget target(TargetAt(ingest->address(), kSlots, battles));
  ARENA_ASSIGN_OR_RETURN(
      const LoadResult load,
      RunLoad(target, {.calls = votes, .outstanding = kSlots, .rate = options.rate}));
  ARENA_RETURN_IF_ERROR(watch.AwaitPosition(options.stored + votes, kLastSnapshotWait));
  const double cpu_seconds = CpuSeconds(rating->pid()) - cpu_before;
  const std::vector<Sighting> sightings = watch.sightings();
  const auto snapshots = static_cast<double>(sightings.size() - snapshots_before);
  ARENA_ASSIGN_OR_RETURN(const std::vector<double> ages,
                         Ages(*database, options.stored, sightings));

  report.Add({"votes", load.rate(), "votes/s"});
  report.Add({"answer to a vote, p99", Percentile(load.latencies_ms, 0.99), "ms"});
  report.Add({"snapshots", snapshots, ""});
  report.Add({"commit to covering snapshot, p50", Percentile(ages, 0.5), "ms"});
  report.Add({"commit to covering snapshot, p99", Percentile(ages, 0.99), "ms", kMostTailMs});
  report.Add({"commit to covering snapshot, most", Percentile(ages, 1), "ms"});
  report.Add({"processor time of rating", cpu_seconds / load.seconds * 100, "%"});
  report.Add({"processor time of rating, a snapshot", cpu_seconds / snapshots * 1000, "ms"});
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  lifecycle::InitProcess();
  CLI::App app(kAbout);
  Options options;
  app.add_flag("--quick", options.is_quick, "A few seconds: shows that it works, measures little");
  app.add_flag("--json", options.is_json, "One JSON object a line instead of a table");
  app.add_option("--rate", options.rate, "Votes a second")
      ->check(CLI::Range(1.0, 50'000.0))
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "How long")
      ->check(CLI::Range(0.5, 600.0))
      ->capture_default_str();
  app.add_option("--models", options.models, "Models that meet")
      ->check(CLI::Range(2, 1'000))
      ->capture_default_str();
  app.add_option("--stored", options.stored, "Votes in the log before; about 100,000 a second")
      ->check(CLI::Range(0, 100'000'000))
      ->capture_default_str();
  app.add_option("--style-interval", options.style_interval,
                 "Passed on to rating; a day leaves the cost of the count boards alone")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (options.is_quick) options.seconds = std::min(options.seconds, 2.0);
  return ExitCodeOf("freshness", Measure(options));
}

}  // namespace
}  // namespace arena::bench

int main(int argc, char** argv) { return arena::bench::Main(argc, argv); }
