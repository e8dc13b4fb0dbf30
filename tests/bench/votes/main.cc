#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <vector>

#include "arena/v1/vote_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "common/lifecycle/process.h"
#include "tests/bench/support/bench_database.h"
#include "tests/bench/support/echo_server.h"
#include "tests/bench/support/pair_bench.h"
#include "tests/bench/support/server_process.h"
#include "tests/bench/support/unary_target.h"

// CastVote beside the bare limit. The aims stand in tests/bench/README.md.
namespace arena::bench {
namespace {

constexpr double kLeastVotesPerSecond = 20'000;
constexpr int kModels = 100;
// What battles are prepared for; a faster service would be measured over fewer paced calls.
constexpr double kFastestVotesPerSecond = 60'000;

constexpr char kAbout[] =
    "Votes a second through arena-vote-ingest, every one committed before its answer, beside a\n"
    "bare gRPC echo with the same messages, client and machine. Starts a private PostgreSQL,\n"
    "makes battles that wait for a vote, starts the service afresh, and lets the two take turns.\n"
    "Refuses to run unless fsync, synchronous_commit and full_page_writes are on. At the end the\n"
    "log must hold each vote exactly once.";

using VoteTarget = UnaryTarget<v1::VoteService, v1::CastVoteRequest, v1::CastVoteResponse>;

class EchoService : public v1::VoteService::CallbackService {
 public:
  grpc::ServerUnaryReactor* CastVote(grpc::CallbackServerContext* context,
                                     const v1::CastVoteRequest* request,
                                     v1::CastVoteResponse* response) override {
    response->set_position(100'000 + request->turn());
    response->set_rated(true);
    response->mutable_models()->set_left("model-17");
    response->mutable_models()->set_right("model-42");
    return AnswerAtOnce(context);
  }
};

VoteTarget::Options TargetAt(const std::string& address, const PairOptions& options,
                             const std::vector<BattleId>& battles) {
  return {.address = address,
          .connections = options.connections,
          .slots = options.outstanding,
          .fill =
              [&battles](int64_t number, v1::CastVoteRequest& request, grpc::ClientContext&) {
                request.set_battle_id(battles.at(static_cast<size_t>(number)).ToString());
                request.set_turn(1);
                request.set_choice(static_cast<v1::Choice>(1 + number % 4));
              },
          .method =
              [](auto& stub, auto* context, auto* request, auto* response, auto done) {
                stub.async()->CastVote(context, request, response, std::move(done));
              }};
}

// Nothing lost, nothing twice: otherwise the figures are worth nothing.
absl::Status CheckLog(BenchDatabase& database, int64_t votes) {
  ARENA_ASSIGN_OR_RETURN(const int64_t rows,
                         database.Number("select count(*) from arena.vote_log"));
  ARENA_ASSIGN_OR_RETURN(const int64_t head,
                         database.Number("select position from arena.vote_log_head"));
  ARENA_ASSIGN_OR_RETURN(
      const int64_t rated,
      database.Number("select count(distinct battle_id) from arena.vote_log where rated"));
  if (rows == votes && head == votes && rated == votes) return absl::OkStatus();
  return absl::DataLossError(
      fmt::format("{} votes were answered, but the log has {} rows of {} rated battles up to {}.",
                  votes, rows, rated, head));
}

absl::Status Measure(const PairOptions& options) {
  const Report report("votes", options.is_json);
  ARENA_ASSIGN_OR_RETURN(const auto database, BenchDatabase::Open());
  ARENA_RETURN_IF_ERROR(database->AddModels(kModels));
  const int64_t count = MostCalls(options, kFastestVotesPerSecond);
  report.Note(fmt::format("preparing {} battles", count));
  ARENA_ASSIGN_OR_RETURN(const auto battles, database->AddBattles(count, kModels));
  ARENA_RETURN_IF_ERROR(database->Settle());

  ARENA_ASSIGN_OR_RETURN(const WalCounters wal, database->Wal());
  ARENA_ASSIGN_OR_RETURN(
      auto service, StartService("arena-vote-ingest", database->conninfo("arena_vote_ingest")));
  ARENA_ASSIGN_OR_RETURN(const auto echo, ServerProcess::Start({OwnPath(), "--serve-echo"}, {}));
  VoteTarget our_target(TargetAt(service->address(), options, battles));
  VoteTarget echo_target(TargetAt(echo->address(), options, battles));
  PairBench bench(options, *database, {echo_target, echo->pid()}, {our_target, service->pid()},
                  count);
  ARENA_RETURN_IF_ERROR(bench.Run(report, options.is_quick ? 0 : kLeastVotesPerSecond));
  service.reset();
  ARENA_RETURN_IF_ERROR(AddWalFigures(report, *database, wal, bench.our_calls_made()));
  ARENA_RETURN_IF_ERROR(CheckLog(*database, bench.our_calls_made()));
  report.Note(fmt::format("{} votes, each in the log exactly once", bench.our_calls_made()));
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  lifecycle::InitProcess();
  CLI::App app(kAbout);
  PairOptions options;
  AddPairFlags(app, options);
  CLI11_PARSE(app, argc, argv);
  if (options.is_echo) {
    EchoService echo;
    return ServeEcho(echo);
  }
  ShortenIfQuick(options);
  return ExitCodeOf("votes", Measure(options));
}

}  // namespace
}  // namespace arena::bench

int main(int argc, char** argv) { return arena::bench::Main(argc, argv); }
