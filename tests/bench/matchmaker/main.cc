#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <vector>

#include "absl/time/clock.h"
#include "arena/v1/matchmaker_service.grpc.pb.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/lifecycle/process.h"
#include "services/matchmaker/core/draw.h"
#include "tests/bench/support/bench_database.h"
#include "tests/bench/support/echo_server.h"
#include "tests/bench/support/pair_bench.h"
#include "tests/bench/support/server_process.h"
#include "tests/bench/support/unary_target.h"

// CreateBattle beside the bare limit, and the draw alone. The aims stand in
// tests/bench/README.md.
namespace arena::bench {
namespace {

constexpr int kModels = 100;
constexpr int kDrawnModels = 1'000;
constexpr double kMostDrawNanos = 1'000;

constexpr char kAbout[] =
    "Battles a second through arena-matchmaker, every one committed before its answer, beside a\n"
    "bare gRPC echo with the same messages, client and machine; and the draw alone, among 1,000\n"
    "models. Starts a private PostgreSQL, starts the service afresh, and lets the two take turns.\n"
    "Refuses to run unless fsync, synchronous_commit and full_page_writes are on. At the end\n"
    "each battle must be stored exactly once, with its draw.";

using BattleTarget =
    UnaryTarget<v1::MatchmakerService, v1::CreateBattleRequest, v1::CreateBattleResponse>;

class EchoService : public v1::MatchmakerService::CallbackService {
 public:
  grpc::ServerUnaryReactor* CreateBattle(grpc::CallbackServerContext* context,
                                         const v1::CreateBattleRequest* request,
                                         v1::CreateBattleResponse* response) override {
    v1::Battle& battle = *response->mutable_battle();
    battle.set_battle_id(request->request_id());
    battle.set_mode(request->mode());
    battle.set_state(v1::BATTLE_STATE_OPEN);
    battle.mutable_create_time()->set_seconds(1'700'000'000);
    battle.mutable_create_time()->set_nanos(123'456'000);
    battle.mutable_expire_time()->set_seconds(1'700'086'400);
    battle.mutable_expire_time()->set_nanos(123'456'000);
    return AnswerAtOnce(context);
  }
};

BattleTarget::Options TargetAt(const std::string& address, const PairOptions& options,
                               Random& random) {
  return {.address = address,
          .connections = options.connections,
          .slots = options.outstanding,
          .fill =
              [&random](int64_t number, v1::CreateBattleRequest& request,
                        grpc::ClientContext& context) {
                request.set_request_id(Uuid::MakeVersion7(absl::Now(), random).ToString());
                request.set_mode(v1::BATTLE_MODE_ANONYMOUS);
                context.AddMetadata("arena-voter", fmt::format("voter-{}", number % 5'000));
                context.AddMetadata("arena-voter-address",
                                    fmt::format("10.0.{}.{}", number % 16, number % 200));
              },
          .method =
              [](auto& stub, auto* context, auto* request, auto* response, auto done) {
                stub.async()->CreateBattle(context, request, response, std::move(done));
              }};
}

// Time of one draw in the service's memory, over as many as fit into a fraction of a second.
void MeasureDraw(const Report& report, bool is_quick) {
  std::vector<ModelId> ids;
  for (int i = 1; i <= kDrawnModels; ++i) ids.push_back(ModelId{i});
  const matchmaker::EligibleSet eligible(std::move(ids));
  const matchmaker::PairPolicy policy = matchmaker::UniformPolicy();
  SecureRandom random;
  const int draws = is_quick ? 100'000 : 5'000'000;
  int64_t left_by_id = 0;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < draws; ++i) {
    left_by_id += matchmaker::DrawPair(policy, eligible, random).smaller_left ? 1 : 0;
  }
  const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - start;
  report.Add({fmt::format("draw among {} models", eligible.size()), taken.count() / draws, "ns",
              kMostDrawNanos});
  // Uses what was drawn, so that drawing cannot be left out.
  report.Add({"  with the smaller id on the left",
              static_cast<double>(left_by_id) / static_cast<double>(draws), ""});
}

absl::Status CheckBattles(BenchDatabase& database, int64_t battles) {
  ARENA_ASSIGN_OR_RETURN(
      const int64_t stored,
      database.Number("select count(*) from arena.battles b "
                      "join arena.draws d on d.battle_id = b.id and d.draw_number = 1"));
  if (stored == battles) return absl::OkStatus();
  return absl::DataLossError(
      fmt::format("{} battles were answered, but {} are stored.", battles, stored));
}

absl::Status Measure(const PairOptions& options) {
  const Report report("matchmaker", options.is_json);
  MeasureDraw(report, options.is_quick);
  ARENA_ASSIGN_OR_RETURN(const auto database, BenchDatabase::Open());
  ARENA_RETURN_IF_ERROR(database->AddModels(kModels));
  ARENA_RETURN_IF_ERROR(database->Settle());

  ARENA_ASSIGN_OR_RETURN(const WalCounters wal, database->Wal());
  ARENA_ASSIGN_OR_RETURN(auto service,
                         StartService("arena-matchmaker", database->conninfo("arena_matchmaker")));
  ARENA_ASSIGN_OR_RETURN(const auto echo, ServerProcess::Start({OwnPath(), "--serve-echo"}, {}));
  SecureRandom random;
  BattleTarget our_target(TargetAt(service->address(), options, random));
  BattleTarget echo_target(TargetAt(echo->address(), options, random));
  PairBench bench(options, *database, {echo_target, echo->pid()}, {our_target, service->pid()},
                  INT64_MAX);
  ARENA_RETURN_IF_ERROR(bench.Run(report, 0));
  service.reset();
  ARENA_RETURN_IF_ERROR(AddWalFigures(report, *database, wal, bench.our_calls_made()));
  ARENA_RETURN_IF_ERROR(CheckBattles(*database, bench.our_calls_made()));
  report.Note(fmt::format("{} battles, each stored exactly once", bench.our_calls_made()));
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
  return ExitCodeOf("matchmaker", Measure(options));
}

}  // namespace
}  // namespace arena::bench

int main(int argc, char** argv) { return arena::bench::Main(argc, argv); }
