#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/e2e/exported_log.h"
#include "tests/support/arena_cluster.h"

namespace arena::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr char kFirstWeek[] = ARENA_SOURCE "/tests/testdata/first_week/pair_counts.json";
constexpr int kFirstWeekVotes = 4'689;

CommandResult ImportFirstWeek(const ArenaCluster& cluster) {
  return cluster.Arenactl(
      {"votes", "import", kFirstWeek, "--source", "first-week", "--register-models"});
}

TEST(FirstWeekJourney, TheFirstWeekOfChatbotArenaPutsVicunaFirst) {
  const auto cluster = ArenaCluster::Start({.has_models = false});
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  const CommandResult imported = ImportFirstWeek(**cluster);
  ASSERT_EQ(imported.exit_code, 0) << imported.err;
  EXPECT_THAT(imported.out, HasSubstr("4689 votes of first-week imported, 0 were there before. The "
                                      "log ends at position 4689."));

  const ExportedLog log = ExportLog(**cluster);
  EXPECT_EQ(log.entries.size(), static_cast<size_t>(kFirstWeekVotes));
  EXPECT_TRUE(log.IsGapless());
  ExpectRecomputable(**cluster, log);
  const json leaderboard = ShowLeaderboard(**cluster, "bt");
  EXPECT_EQ(leaderboard["votes"], kFirstWeekVotes);
  ASSERT_EQ(leaderboard["models"].size(), 9u);
  EXPECT_EQ(leaderboard["models"][0]["model"], "vicuna-13b");
  EXPECT_EQ(leaderboard["models"][0]["rank"], 1);
}

TEST(FirstWeekJourney, TheSameImportAgainAppendsNothing) {
  const auto cluster = ArenaCluster::Start({.has_models = false});
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  ASSERT_EQ(ImportFirstWeek(**cluster).exit_code, 0);
  const ExportedLog before = ExportLog(**cluster);
  const CommandResult again = ImportFirstWeek(**cluster);
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("0 votes of first-week imported, 4689 were there before."));
  EXPECT_EQ(ExportLog(**cluster).entries, before.entries);
}

}  // namespace
}  // namespace arena::testing
