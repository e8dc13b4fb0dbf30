#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "arena/v1/leaderboard_service.grpc.pb.h"
#include "arena/v1/vote_admin_service.grpc.pb.h"
#include "common/base/ids.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/lifecycle/process.h"
#include "common/rpc/channel.h"
#include "common/rpc/grpc_status.h"
#include "tests/bench/support/bench_database.h"
#include "tests/bench/support/cpu_time.h"
#include "tests/bench/support/report.h"
#include "tests/bench/support/server_process.h"
#include "tests/bench/support/snapshot_watch.h"

// How soon all votes of one voter are out of the leaderboards, and in again; both must leave the
// digests as they were.
namespace arena::bench {
namespace {

constexpr absl::Duration kPatience = absl::Minutes(10);
constexpr char kVoter[] = "0123456789abcdef0123456789abcdef";

constexpr char kAbout[] =
    "All votes of one voter retracted, and restored, among many others: the calls, and the time "
    "until\n"
    "snapshots of counts, Elo and style cover them. The digests afterwards must be those from "
    "before.";

struct Options {
  bool is_quick = false;
  bool is_json = false;
  int64_t stored = 1'000'000;
  int64_t voters_votes = 10'000;
  int models = 100;
};

// One leaderboard of each series.
struct Boards {
  explicit Boards(const std::string& address)
      : counts(address, {}), elo(address, Elo()), style(address, Style()) {}

  static v1::WatchLeaderboardRequest Elo() {
    v1::WatchLeaderboardRequest request;
    request.set_method(v1::RATING_METHOD_ELO);
    return request;
  }
  static v1::WatchLeaderboardRequest Style() {
    v1::WatchLeaderboardRequest request;
    request.set_style_control(true);
    return request;
  }

  std::string Digests() const {
    return counts.newest_digest() + elo.newest_digest() + style.newest_digest();
  }

  SnapshotWatch counts;
  SnapshotWatch elo;
  SnapshotWatch style;
};

// Calls `method` page by page until the voter's whole history is done; the last entry's position.
template <typename Request, typename Response, typename Method>
absl::StatusOr<int64_t> AmendAll(const std::string& address, Method method) {
  const auto stub = v1::VoteAdminService::NewStub(*rpc::MakeChannel({.address = address}));
  SecureRandom random;
  int64_t last_position = 0;
  Request request;
  request.set_reason("bench");
  request.mutable_votes()->mutable_voter()->set_voter(kVoter);
  do {
    request.set_request_id(Uuid::MakeVersion7(absl::Now(), random).ToString());
    grpc::ClientContext context;
    rpc::SetDeadline(context, kPatience);
    Response response;
    ARENA_RETURN_IF_ERROR(rpc::FromGrpcStatus((stub.get()->*method)(&context, request, &response)));
    const v1::Amendment& amendment = response.amendment();
    last_position = std::max(last_position, amendment.last_position());
    request.mutable_votes()->mutable_voter()->set_start_position(amendment.next_position());
  } while (request.votes().voter().start_position() != 0);
  return last_position;
}

// From `begin` until each series covers `position`.
absl::Status AwaitAll(const Report& report, const std::string& what, absl::Time begin,
                      int64_t position, Boards& boards) {
  const auto await = [&](const char* series, SnapshotWatch& watch) -> absl::Status {
    ARENA_RETURN_IF_ERROR(watch.AwaitPosition(position, kPatience));
    report.Add({fmt::format("{}: covered by {}", what, series),
                absl::ToDoubleMilliseconds(absl::Now() - begin), "ms"});
    return absl::OkStatus();
  };
  ARENA_RETURN_IF_ERROR(await("counts", boards.counts));
  ARENA_RETURN_IF_ERROR(await("Elo", boards.elo));
  return await("style", boards.style);
}

absl::Status Measure(const Options& options) {
  const Report report("retraction", options.is_json);
  ARENA_ASSIGN_OR_RETURN(const auto database, BenchDatabase::Open());
  ARENA_RETURN_IF_ERROR(database->AddModels(options.models));
  ARENA_RETURN_IF_ERROR(database->AddVotes(options.stored / 2, options.models));
  ARENA_RETURN_IF_ERROR(database->AddVotes(options.voters_votes, options.models, kVoter));
  ARENA_RETURN_IF_ERROR(database->AddVotes(options.stored / 2, options.models));
  ARENA_RETURN_IF_ERROR(database->Settle());
  ARENA_ASSIGN_OR_RETURN(const std::string settings, database->Describe());
  report.Note(settings);
  report.Note(fmt::format("{} votes of one voter among {} others, {} models; load average {:.2f}",
                          options.voters_votes, options.stored, options.models, LoadAverage()));

  ARENA_ASSIGN_OR_RETURN(const auto ingest, StartService("arena-vote-ingest",
                                                         database->conninfo("arena_vote_ingest")));
  ARENA_ASSIGN_OR_RETURN(const auto rating,
                         StartService("arena-rating", database->conninfo("arena_rating"),
                                      {"--style-interval", "100ms"}));
  Boards boards(rating->address());
  const int64_t before = options.stored + options.voters_votes;
  for (SnapshotWatch* watch : {&boards.counts, &boards.elo, &boards.style}) {
    ARENA_RETURN_IF_ERROR(watch->AwaitPosition(before, kPatience));
  }
  const std::string digests = boards.Digests();

  absl::Time begin = absl::Now();
  ARENA_ASSIGN_OR_RETURN(const int64_t retracted,
                         (AmendAll<v1::RetractVotesRequest, v1::RetractVotesResponse>(
                             ingest->address(), &v1::VoteAdminService::Stub::RetractVotes)));
  report.Add({"retraction: the calls", absl::ToDoubleMilliseconds(absl::Now() - begin), "ms"});
  ARENA_RETURN_IF_ERROR(AwaitAll(report, "retraction", begin, retracted, boards));
  if (retracted != before + options.voters_votes || boards.Digests() == digests) {
    return absl::InternalError("the retraction is not what was asked for");
  }

  begin = absl::Now();
  ARENA_ASSIGN_OR_RETURN(const int64_t restored,
                         (AmendAll<v1::RestoreVotesRequest, v1::RestoreVotesResponse>(
                             ingest->address(), &v1::VoteAdminService::Stub::RestoreVotes)));
  report.Add({"restoration: the calls", absl::ToDoubleMilliseconds(absl::Now() - begin), "ms"});
  ARENA_RETURN_IF_ERROR(AwaitAll(report, "restoration", begin, restored, boards));
  if (boards.Digests() != digests) return absl::DataLossError("the digests are not those before");
  report.Note("counts, Elo and style have the digests that they had before");
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  lifecycle::InitProcess();
  CLI::App app(kAbout);
  Options options;
  app.add_flag("--quick", options.is_quick, "A few seconds: shows that it works, measures little");
  app.add_flag("--json", options.is_json, "One JSON object a line instead of a table");
  app.add_option("--stored", options.stored, "Votes of others in the log")
      ->check(CLI::Range(1'000, 100'000'000))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (options.is_quick) {
    options.stored = 20'000;
    options.voters_votes = 500;
    options.models = 10;
  }
  return ExitCodeOf("retraction", Measure(options));
}

}  // namespace
}  // namespace arena::bench

int main(int argc, char** argv) { return arena::bench::Main(argc, argv); }
