#include <fmt/format.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "arena/v1/leaderboard_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "common/lifecycle/process.h"
#include "common/postgres/copy_reader.h"
#include "common/rpc/channel.h"
#include "services/rating/storage/vote_log_reader.h"
#include "tests/bench/support/bench_database.h"
#include "tests/bench/support/cpu_time.h"
#include "tests/bench/support/report.h"
#include "tests/bench/support/server_process.h"
#include "tests/bench/support/snapshot_watch.h"

// How soon a rating that starts is up to date: with an empty checkpoint beside a plain COPY of the
// same columns, and with one.
namespace arena::bench {
namespace {

constexpr absl::Duration kPatience = absl::Minutes(20);
constexpr double kShareOfCopy = 50;
constexpr double kReadsSeconds = 1;
constexpr double kCountsSeconds = 5;
constexpr double kStyleSeconds = 60;

constexpr char kAbout[] =
    "How long arena-rating takes until it serves, until its count boards and until its style "
    "boards\n"
    "are up to date: first on a log that it has never seen, beside a COPY of the same columns "
    "that\n"
    "throws them away, then killed and started again with a checkpoint and further votes.";

struct Options {
  bool is_quick = false;
  bool is_json = false;
  int64_t stored = 10'000'000;
  int64_t after_checkpoint = 100'000;
  int models = 300;
};

double SecondsSince(absl::Time begin) { return absl::ToDoubleSeconds(absl::Now() - begin); }

// The limit: what the log's reader asks for, read and thrown away.
absl::StatusOr<double> CopySeconds(const BenchDatabase& database) {
  CopyReader reader(
      {.conninfo = database.conninfo("arena_rating"), .statement_timeout = absl::Minutes(10)});
  const absl::Time begin = absl::Now();
  ARENA_RETURN_IF_ERROR(reader.Read(
      fmt::format("select {} from arena.vote_log order by position", rating::kVoteLogColumns),
      [](CopyRow&) {}));
  return SecondsSince(begin);
}

// Rating with checkpoints and style as soon as there is something new.
absl::StatusOr<std::unique_ptr<ServerProcess>> StartRating(const BenchDatabase& database,
                                                           const std::string& checkpoints) {
  return StartService("arena-rating", database.conninfo("arena_rating"),
                      {"--style-interval", "1s", "--checkpoint-interval", checkpoints});
}

v1::WatchLeaderboardRequest WithStyle() {
  v1::WatchLeaderboardRequest request;
  request.set_style_control(true);
  return request;
}

// Until a leaderboard is answered at all.
absl::Status AwaitAnswer(const std::string& address) {
  const auto stub = v1::LeaderboardService::NewStub(*rpc::MakeChannel({.address = address}));
  while (true) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, kPatience);
    v1::GetLeaderboardResponse response;
    const grpc::Status status = stub->GetLeaderboard(&context, {}, &response);
    if (status.ok()) return absl::OkStatus();
    if (status.error_code() != grpc::StatusCode::NOT_FOUND) {
      return absl::InternalError(status.error_message());
    }
  }
}

absl::Status AwaitCheckpoint(BenchDatabase& database, int64_t position) {
  const absl::Time deadline = absl::Now() + kPatience;
  while (absl::Now() < deadline) {
    ARENA_ASSIGN_OR_RETURN(
        const int64_t saved,
        database.Number("select coalesce(max(position), 0) from arena.rating_checkpoints"));
    if (saved >= position) return absl::OkStatus();
    absl::SleepFor(absl::Milliseconds(50));
  }
  return absl::DeadlineExceededError("no checkpoint was saved");
}

absl::Status FirstStart(const Report& report, BenchDatabase& database, int64_t stored,
                        double copy_seconds) {
  const absl::Time begin = absl::Now();
  ARENA_ASSIGN_OR_RETURN(const auto rating, StartRating(database, "1s"));
  SnapshotWatch counts(rating->address()), style(rating->address(), WithStyle());
  ARENA_RETURN_IF_ERROR(counts.AwaitPosition(stored, kPatience));
  const double seconds = SecondsSince(begin);
  report.Add({"whole log counted and published", seconds, "s"});
  report.Add({"votes counted", static_cast<double>(stored) / seconds, "votes/s"});
  report.Add({"as a share of the copy", copy_seconds / seconds * 100, "%", kShareOfCopy, true});
  ARENA_RETURN_IF_ERROR(style.AwaitPosition(stored, kPatience));
  report.Add({"style boards of the whole log", SecondsSince(begin), "s"});
  ARENA_RETURN_IF_ERROR(AwaitCheckpoint(database, stored));
  report.Add({"processor time until then", CpuSeconds(rating->pid()), "s"});
  kill(rating->pid(), SIGKILL);
  return absl::OkStatus();
}

absl::Status SecondStart(const Report& report, BenchDatabase& database, int64_t until) {
  const absl::Time begin = absl::Now();
  // No checkpoint is saved meanwhile, so that only the start is measured.
  ARENA_ASSIGN_OR_RETURN(const auto rating, StartRating(database, "1h"));
  ARENA_RETURN_IF_ERROR(AwaitAnswer(rating->address()));
  report.Add({"restart: first leaderboard", SecondsSince(begin), "s", kReadsSeconds});
  SnapshotWatch counts(rating->address()), style(rating->address(), WithStyle());
  ARENA_RETURN_IF_ERROR(counts.AwaitPosition(until, kPatience));
  report.Add({"restart: count boards up to date", SecondsSince(begin), "s", kCountsSeconds});
  ARENA_RETURN_IF_ERROR(style.AwaitPosition(until, kPatience));
  report.Add({"restart: style boards up to date", SecondsSince(begin), "s", kStyleSeconds});
  return absl::OkStatus();
}

absl::Status Measure(const Options& options) {
  const Report report("restart", options.is_json);
  ARENA_ASSIGN_OR_RETURN(const auto database, BenchDatabase::Open());
  ARENA_RETURN_IF_ERROR(database->AddModels(options.models));
  ARENA_RETURN_IF_ERROR(database->AddVotes(options.stored, options.models));
  ARENA_RETURN_IF_ERROR(database->Settle());
  ARENA_ASSIGN_OR_RETURN(const std::string settings, database->Describe());
  report.Note(settings);
  report.Note(
      fmt::format("{} votes among {} models, {} more after the checkpoint; load average "
                  "{:.2f}",
                  options.stored, options.models, options.after_checkpoint, LoadAverage()));
  ARENA_ASSIGN_OR_RETURN(const double copy_seconds, CopySeconds(*database));
  report.Add(
      {"COPY of the same columns", static_cast<double>(options.stored) / copy_seconds, "votes/s"});
  ARENA_RETURN_IF_ERROR(FirstStart(report, *database, options.stored, copy_seconds));
  ARENA_RETURN_IF_ERROR(database->AddVotes(options.after_checkpoint, options.models));
  return SecondStart(report, *database, options.stored + options.after_checkpoint);
}

int Main(int argc, char** argv) {
  lifecycle::InitProcess();
  CLI::App app(kAbout);
  Options options;
  app.add_flag("--quick", options.is_quick, "A few seconds: shows that it works, measures little");
  app.add_flag("--json", options.is_json, "One JSON object a line instead of a table");
  app.add_option("--stored", options.stored, "Votes in the log")
      ->check(CLI::Range(1'000, 100'000'000))
      ->capture_default_str();
  app.add_option("--models", options.models, "Models that meet")
      ->check(CLI::Range(2, 1'000))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (options.is_quick) {
    options.stored = 50'000;
    options.after_checkpoint = 1'000;
    options.models = 20;
  }
  return ExitCodeOf("restart", Measure(options));
}

}  // namespace
}  // namespace arena::bench

int main(int argc, char** argv) { return arena::bench::Main(argc, argv); }
