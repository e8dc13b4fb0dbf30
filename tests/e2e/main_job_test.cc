#include <gtest/gtest.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/e2e/exported_log.h"
#include "tests/support/arena_cluster.h"
#include "tests/support/long_run.h"
#include "tools/demo-models/questions/profiles.h"

namespace arena::testing {
namespace {

using nlohmann::json;

constexpr int kBattles = 500;

// Kendall's tau between the order of a leaderboard and the order of the success rates.
double TauToTruth(const std::vector<std::string>& order) {
  int concordant = 0;
  int discordant = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    for (size_t j = i + 1; j < order.size(); ++j) {
      const bool agrees =
          demo::FindProfile(order[i])->success_rate > demo::FindProfile(order[j])->success_rate;
      ++(agrees ? concordant : discordant);
    }
  }
  return static_cast<double>(concordant - discordant) / (concordant + discordant);
}

// Pairs whose order the votes turn round with confidence: with the worse model held at 1000, the
// interval of the better one is that of their difference, and lies below.
std::vector<std::string> ReversedPairs(const ArenaCluster& cluster, const std::string& log) {
  std::vector<std::string> reversed;
  for (size_t worse = 1; worse < demo::kProfiles.size(); ++worse) {
    const std::string anchor(demo::kProfiles[worse].name);
    const CommandResult rated =
        cluster.Arenactl({"rate", log, "--anchor", anchor + "=1000", "--format", "json"});
    EXPECT_EQ(rated.exit_code, 0) << rated.err;
    const json board = json::parse(rated.out);
    EXPECT_EQ(board["models"].size(), demo::kProfiles.size());
    for (const json& row : board["models"]) {
      const demo::Profile* other = demo::FindProfile(row["model"].get<std::string>());
      const bool is_better = other->success_rate > demo::kProfiles[worse].success_rate;
      if (is_better && row["upper"].get<double>() < 1000.0) {
        reversed.push_back(std::string(other->name) + " below " + anchor);
      }
    }
  }
  return reversed;
}

// The product's main job, once for each seed: voters who vote by the right answer get the models
// into the order of their success rates, and everyone can recompute it.
class MainJobJourney : public ::testing::TestWithParam<int> {};

TEST_P(MainJobJourney, VotersByTheRightAnswerRankTheModels) {
  const std::string seed = std::to_string(GetParam());
  const auto cluster = ArenaCluster::Start({.demo_seed = static_cast<uint64_t>(GetParam())});
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  const CommandResult simulated =
      (*cluster)->Arenactl({"simulate", "--voters", "20", "--battles", std::to_string(kBattles),
                            "--seed", seed, "--json"});
  ASSERT_EQ(simulated.exit_code, 0) << simulated.err << simulated.out;
  std::cout << "seed " << seed << ": " << simulated.out;
  const json summary = json::parse(simulated.out);
  EXPECT_EQ(summary["votes"], kBattles);
  EXPECT_EQ(summary["rated"], kBattles);
  EXPECT_EQ(summary["last_position"], kBattles);

  const ExportedLog log = ExportLog(**cluster);
  EXPECT_EQ(log.entries.size(), static_cast<size_t>(kBattles));
  EXPECT_TRUE(log.IsGapless());
  ExpectRecomputable(**cluster, log);

  const json leaderboard = ShowLeaderboard(**cluster, "bt");
  const std::vector<std::string> order = OrderOf(leaderboard);
  ASSERT_EQ(order.size(), demo::kProfiles.size());
  const double tau = TauToTruth(order);
  std::cout << "seed " << seed << ": Kendall's tau " << tau << '\n';
  EXPECT_GE(tau, 0.8) << leaderboard.dump(1);
  EXPECT_EQ(ReversedPairs(**cluster, log.path), std::vector<std::string>());
}

// Ten in the long run.
INSTANTIATE_TEST_SUITE_P(Seeds, MainJobJourney, ::testing::Range(1, IsLongRun() ? 11 : 4));

}  // namespace
}  // namespace arena::testing
