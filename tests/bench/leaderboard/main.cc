#include <fmt/format.h>
#include <grpcpp/grpcpp.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "arena/v1/leaderboard_service.grpc.pb.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/lifecycle/process.h"
#include "common/rpc/channel.h"
#include "common/rpc/grpc_status.h"
#include "tests/bench/support/bench_database.h"
#include "tests/bench/support/echo_server.h"
#include "tests/bench/support/pair_bench.h"
#include "tests/bench/support/server_process.h"
#include "tests/bench/support/unary_target.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/vote_log_writer.h"

// GetLeaderboard of the newest beside the bare limit: "answers for popular boards come from
// memory".
namespace arena::bench {
namespace {

constexpr int kModels = 100;
constexpr int kVotes = 20'000;
constexpr absl::Duration kFirstSnapshotWait = absl::Seconds(30);

constexpr char kAbout[] =
    "GetLeaderboard calls a second at arena-rating, the newest board of 100 models, beside a bare\n"
    "gRPC echo that answers the very same bytes, with the same client and machine. Starts a\n"
    "private PostgreSQL, writes votes into its log, starts the service afresh, waits for the\n"
    "leaderboard, and lets the two take turns.";

using LeaderboardTarget =
    UnaryTarget<v1::LeaderboardService, v1::GetLeaderboardRequest, v1::GetLeaderboardResponse>;

// Answers the bytes of a file, without any message in between: nothing is faster.
class EchoService : public v1::LeaderboardService::WithRawCallbackMethod_GetLeaderboard<
                        v1::LeaderboardService::Service> {
 public:
  explicit EchoService(const std::string& path) {
    const grpc::Slice slice(testing::ReadFile(path));
    answer_ = grpc::ByteBuffer(&slice, 1);
  }

  grpc::ServerUnaryReactor* GetLeaderboard(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer*,
                                           grpc::ByteBuffer* response) override {
    *response = answer_;
    return AnswerAtOnce(context);
  }

 private:
  grpc::ByteBuffer answer_;
};

LeaderboardTarget::Options TargetAt(const std::string& address, const PairOptions& options) {
  return {.address = address,
          .connections = options.connections,
          .slots = options.outstanding,
          .fill = [](int64_t, v1::GetLeaderboardRequest&, grpc::ClientContext&) {},
          .method =
              [](auto& stub, auto* context, auto* request, auto* response, auto done) {
                stub.async()->GetLeaderboard(context, request, response, std::move(done));
              }};
}

// Among models 1 to kModels, as AddModels numbers them.
void AppendVotes(BenchDatabase& database) {
  std::vector<ModelId> models;
  for (int id = 1; id <= kModels; ++id) models.push_back(static_cast<ModelId>(id));
  testing::VoteLogWriter writer(database.conninfo(""));
  SeededRandom random(1);
  constexpr int kGroup = 1'000;
  for (int votes = 0; votes < kVotes; votes += kGroup) {
    writer.Append(testing::RandomVotes(models, kGroup, random));
  }
}

// The first leaderboard of all votes.
absl::StatusOr<v1::GetLeaderboardResponse> AwaitLeaderboard(const std::string& address) {
  ARENA_ASSIGN_OR_RETURN(const auto channel, rpc::MakeChannel({.address = address}));
  const auto stub = v1::LeaderboardService::NewStub(channel);
  grpc::ClientContext context;
  rpc::SetDeadline(context, kFirstSnapshotWait);
  const auto stream = stub->WatchLeaderboard(&context, v1::WatchLeaderboardRequest());
  v1::WatchLeaderboardResponse watched;
  while (stream->Read(&watched)) {
    if (watched.leaderboard().snapshot().position() < kVotes) continue;
    context.TryCancel();
    v1::GetLeaderboardResponse response;
    *response.mutable_leaderboard() = std::move(*watched.mutable_leaderboard());
    return response;
  }
  return rpc::FromGrpcStatus(stream->Finish());
}

absl::Status Measure(const PairOptions& options) {
  const Report report("leaderboard", options.is_json);
  ARENA_ASSIGN_OR_RETURN(const auto database, BenchDatabase::Open());
  ARENA_RETURN_IF_ERROR(database->AddModels(kModels));
  AppendVotes(*database);
  ARENA_RETURN_IF_ERROR(database->Settle());

  ARENA_ASSIGN_OR_RETURN(const auto service,
                         StartService("arena-rating", database->conninfo("arena_rating")));
  ARENA_ASSIGN_OR_RETURN(const auto answer, AwaitLeaderboard(service->address()));
  const std::string bytes = answer.SerializeAsString();
  report.Note(fmt::format("an answer has {} rows and {} bytes", answer.leaderboard().rows_size(),
                          bytes.size()));
  const testing::ScratchFolder folder;
  const std::string path = folder.Write("answer", bytes);
  ARENA_ASSIGN_OR_RETURN(const auto echo,
                         ServerProcess::Start({OwnPath(), "--serve-echo", "--answer", path}, {}));
  LeaderboardTarget our_target(TargetAt(service->address(), options));
  LeaderboardTarget echo_target(TargetAt(echo->address(), options));
  PairBench bench(options, *database, {echo_target, echo->pid()}, {our_target, service->pid()},
                  INT64_MAX);
  return bench.Run(report, 0);
}

int Main(int argc, char** argv) {
  lifecycle::InitProcess();
  CLI::App app(kAbout);
  PairOptions options;
  std::string answer_path;
  AddPairFlags(app, options);
  app.add_option("--answer", answer_path)->group("");
  CLI11_PARSE(app, argc, argv);
  if (options.is_echo) {
    EchoService echo(answer_path);
    return ServeEcho(echo);
  }
  ShortenIfQuick(options);
  return ExitCodeOf("leaderboard", Measure(options));
}

}  // namespace
}  // namespace arena::bench

int main(int argc, char** argv) { return arena::bench::Main(argc, argv); }
