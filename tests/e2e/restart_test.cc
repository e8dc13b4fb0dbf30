#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "tests/e2e/exported_log.h"
#include "tests/support/arena_cluster.h"

namespace arena::testing {
namespace {

using nlohmann::json;

constexpr int kBattlesAmidDeaths = 1'000;

class RestartJourney : public ::testing::TestWithParam<const char*> {};

// The process is killed while voters are at work and started again on its port; the voters repeat
// what broke. Nothing of theirs is lost, and nothing counts twice.
TEST_P(RestartJourney, AServiceKilledAmidVotesLosesNothingAndRepeatsNothing) {
  const std::string service = GetParam();
  const auto cluster = ArenaCluster::Start();
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  CommandResult simulated;
  std::atomic<bool> is_over = false;
  std::thread voters([&] {
    simulated = (*cluster)->Arenactl(
        {"simulate", "--voters", "10", "--battles", std::to_string(kBattlesAmidDeaths), "--json"});
    is_over = true;
  });
  // Three deaths, each after votes have come in since the one before.
  for (size_t death = 1; death <= 3; ++death) {
    const std::string position = std::to_string(death * 50);
    const CommandResult waited =
        (*cluster)->Arenactl({"leaderboard", "show", "--covering", position, "--wait", "20"});
    EXPECT_EQ(waited.exit_code, 0) << waited.err;
    if (waited.exit_code != 0) break;
    EXPECT_FALSE(is_over) << "The death comes too late to matter.";
    (*cluster)->Kill(service);
    const absl::Status started = (*cluster)->StartAgain(service);
    EXPECT_TRUE(started.ok()) << started;
  }
  voters.join();
  ASSERT_EQ(simulated.exit_code, 0) << simulated.err << simulated.out;
  EXPECT_EQ(json::parse(simulated.out)["votes"], kBattlesAmidDeaths);
  const ExportedLog log = ExportLog(**cluster);
  EXPECT_EQ(log.entries.size(), static_cast<size_t>(kBattlesAmidDeaths));
  EXPECT_TRUE(log.IsGapless());
  ExpectRecomputable(**cluster, log);
}

INSTANTIATE_TEST_SUITE_P(Services, RestartJourney,
                         ::testing::Values("matchmaker", "vote-ingest", "rating"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace arena::testing
