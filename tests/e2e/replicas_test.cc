#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "tests/e2e/exported_log.h"
#include "tests/support/arena_cluster.h"

namespace arena::testing {
namespace {

using nlohmann::json;

constexpr int kBattlesOfReplicas = 300;

// What --covering position prints at one replica of rating.
CommandResult ShowAt(const ArenaCluster& cluster, int replica, const std::string& position) {
  return cluster.Arenactl({"leaderboard", "show", "--format", "json", "--covering", position,
                           "--rating", cluster.address("rating", replica)});
}

TEST(ReplicasJourney, TwoOfEachServiceKeepOneGaplessLogAndOneLeaderboard) {
  const auto cluster = ArenaCluster::Start({.replicas = 2});
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  std::vector<std::string> command = {
      "simulate", "--voters", "20", "--battles", std::to_string(kBattlesOfReplicas), "--json"};
  const std::vector<std::string> flags = (*cluster)->replica_flags();
  command.insert(command.end(), flags.begin(), flags.end());
  const CommandResult simulated = (*cluster)->Arenactl(command);
  ASSERT_EQ(simulated.exit_code, 0) << simulated.err << simulated.out;
  EXPECT_EQ(json::parse(simulated.out)["rated"], kBattlesOfReplicas);

  const ExportedLog log = ExportLog(**cluster);
  EXPECT_EQ(log.entries.size(), static_cast<size_t>(kBattlesOfReplicas));
  EXPECT_TRUE(log.IsGapless());
  std::set<std::string> votes;
  for (const json& entry : log.entries) votes.insert(entry["vote_id"].get<std::string>());
  EXPECT_EQ(votes.size(), log.entries.size());
  ExpectRecomputable(**cluster, log);

  const std::string head = std::to_string(log.entries.size());
  const CommandResult first = ShowAt(**cluster, 0, head);
  const CommandResult second = ShowAt(**cluster, 1, head);
  ASSERT_EQ(first.exit_code, 0) << first.err;
  ASSERT_EQ(second.exit_code, 0) << second.err;
  EXPECT_EQ(first.out, second.out);
}

}  // namespace
}  // namespace arena::testing
