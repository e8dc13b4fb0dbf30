#include "tools/arenactl/simulate/command.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "common/base/status_macros.h"
#include "tools/arenactl/client.h"
#include "tools/arenactl/command.h"
#include "tools/arenactl/simulate/simulation.h"

namespace arena::arenactl {
namespace {

constexpr int kMostVoters = 1'000;
constexpr int64_t kMostBattles = 100'000'000;

constexpr char kHelp[] =
    R"(Each voter plays battles one after the other as a frontend would: creates a battle, asks both
anonymous models a small question, votes for the reply that has the right answer (both right: tie;
neither: both bad), and checks that the reveal agrees with the receipt. Calls that fail for a passing
reason are repeated with the same request id. Afterwards waits until a published leaderboard counts
the last vote. Exit code 1 if any battle failed.

The models should be the demonstration models of './arena up': they understand the questions. Their
voters are called sim-SEED-1, sim-SEED-2, ...

Examples:
  arenactl simulate --voters 20 --battles 500
  arenactl simulate --seed 7 --matchmaker 127.0.0.1:50051,127.0.0.1:50151    (two replicas))";

double PerSecond(const SimulationSummary& summary) {
  const double seconds = absl::ToDoubleSeconds(summary.elapsed);
  return seconds > 0 ? static_cast<double>(summary.played) / seconds : 0.0;
}

void PrintText(const SimulationOptions& options, const SimulationSummary& summary) {
  const auto& [left, right, tie, both_bad] = summary.choices;
  fmt::print("battles   {} by {} voters in {:.1f} s, seed {}\n", summary.played + summary.failed,
             options.voters, absl::ToDoubleSeconds(summary.elapsed), options.seed);
  fmt::print("votes     {}, {:.1f} a second: {} left, {} right, {} tie, {} both bad\n",
             summary.played, PerSecond(summary), left, right, tie, both_bad);
  fmt::print("rated     {}\n", summary.rated);
  fmt::print("errors    {}\n", summary.failed);
  fmt::print("snapshot  {} covers position {}, {:.2f} s after the last vote\n", summary.snapshot_id,
             summary.last_position, absl::ToDoubleSeconds(summary.snapshot_after));
}

void PrintJson(const SimulationOptions& options, const SimulationSummary& summary) {
  const auto& [left, right, tie, both_bad] = summary.choices;
  const nlohmann::ordered_json json = {
      {"voters", options.voters},
      {"battles", summary.played + summary.failed},
      {"seed", options.seed},
      {"seconds", absl::ToDoubleSeconds(summary.elapsed)},
      {"votes", summary.played},
      {"votes_per_second", PerSecond(summary)},
      {"choices", {{"left", left}, {"right", right}, {"tie", tie}, {"both_bad", both_bad}}},
      {"rated", summary.rated},
      {"errors", summary.failed},
      {"last_position", summary.last_position},
      {"snapshot", summary.snapshot_id},
      {"snapshot_seconds", absl::ToDoubleSeconds(summary.snapshot_after)}};
  fmt::print("{}\n", json.dump());
}

absl::Status RunSimulate(const SimulationOptions& options, bool as_json) {
  ARENA_ASSIGN_OR_RETURN(const SimulationSummary summary, RunSimulation(options));
  if (as_json) {
    PrintJson(options, summary);
  } else {
    PrintText(options, summary);
  }
  if (summary.failed == 0) return absl::OkStatus();
  return absl::InternalError(fmt::format("{} of {} battles failed, the first one with: {}",
                                         summary.failed, summary.failed + summary.played,
                                         summary.first_error));
}

}  // namespace

void AddSimulateCommand(CLI::App& app) {
  struct Options {
    SimulationOptions simulation;
    bool as_json = false;
  };
  auto options = std::make_shared<Options>();
  SimulationOptions& simulation = options->simulation;
  CLI::App* command =
      app.add_subcommand("simulate", "Scripted voters play battles against the real services");
  command->add_option("--voters", simulation.voters, "Voters at the same time, 1 to 1,000")
      ->check(Between(1, kMostVoters))
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--battles", simulation.battles, "Battles in all")
      ->check(Between(1, kMostBattles))
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--seed", simulation.seed, "Chooses the questions")
      ->type_name("N")
      ->capture_default_str();
  command
      ->add_option("--patience", simulation.patience_seconds,
                   "How long calls are repeated while a server is away, and a leaderboard is "
                   "waited for")
      ->check(Between(1, 3600))
      ->type_name("SECONDS")
      ->capture_default_str();
  command->add_flag("--json", options->as_json, "One JSON object instead of lines");
  AddReplicasFlag(*command, kMatchmaker, simulation.matchmaker);
  AddReplicasFlag(*command, kModelGateway, simulation.model_gateway);
  AddReplicasFlag(*command, kVoteIngest, simulation.vote_ingest);
  AddReplicasFlag(*command, kRating, simulation.rating);
  command->footer(kHelp);
  OnRun(*command, [options] { return RunSimulate(options->simulation, options->as_json); });
}

}  // namespace arena::arenactl
