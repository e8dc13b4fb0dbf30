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

constexpr int kBattlesAmidDeaths = 1'500;

// Each process in turn is killed while voters are at work and started again on its port; the voters
// repeat what broke. Nothing of theirs is lost, and nothing counts twice.
TEST(RestartJourney, ServicesKilledAmidVotesLoseNothingAndRepeatNothing) {
  const auto cluster = ArenaCluster::Start();
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  CommandResult simulated;
  std::atomic<bool> is_over = false;
  std::thread voters([&] {
    simulated = (*cluster)->Arenactl(
        {"simulate", "--voters", "10", "--battles", std::to_string(kBattlesAmidDeaths), "--json"});
    is_over = true;
  });
  // Three deaths of each, every one after votes have come in since the one before.
  int position = 0;
  for (const char* service : {"matchmaker", "vote-ingest", "rating", "vote-ingest", "rating",
                              "matchmaker", "rating", "matchmaker", "vote-ingest"}) {
    position += 50;
    const CommandResult waited = (*cluster)->Arenactl(
        {"leaderboard", "show", "--covering", std::to_string(position), "--wait", "20"});
    EXPECT_EQ(waited.exit_code, 0) << waited.err;
    if (waited.exit_code != 0) break;
    EXPECT_FALSE(is_over) << "The death of " << service << " comes too late to matter.";
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

}  // namespace
}  // namespace arena::testing
