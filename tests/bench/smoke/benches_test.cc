// The benches run, and take the figures that tests/bench/README.md tells of. What they are is no
// matter here.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "tests/support/arena_cluster.h"

namespace arena::testing {
namespace {

// The figures of a bench by name.
std::map<std::string, double> RunQuick(const std::string& program) {
  const CommandResult run = RunBinary(program, {"--quick", "--json"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  std::map<std::string, double> figures;
  std::istringstream lines(run.out);
  for (std::string line; std::getline(lines, line);) {
    const auto object = nlohmann::json::parse(line);
    if (object.contains("figure")) figures[object["figure"]] = object["value"];
  }
  return figures;
}

TEST(BenchesTest, VotesAreMeasuredBesideTheEcho) {
  const auto figures = RunQuick("arena_bench_votes");
  for (const char* name : {"echo", "ours", "ours as a share of the echo", "p99, ours to echo",
                           "pg_stat_wal: bytes a call", "pg_stat_wal: syncs"}) {
    ASSERT_TRUE(figures.contains(name)) << name;
    EXPECT_GT(figures.at(name), 0) << name;
  }
}

TEST(BenchesTest, BattlesAreMeasuredBesideTheEchoAndTheDrawAlone) {
  const auto figures = RunQuick("arena_bench_matchmaker");
  for (const char* name : {"echo", "ours", "ours as a share of the echo", "p99, ours to echo",
                           "draw among 1000 models", "pg_stat_wal: syncs"}) {
    ASSERT_TRUE(figures.contains(name)) << name;
    EXPECT_GT(figures.at(name), 0) << name;
  }
}

TEST(BenchesTest, LeaderboardsAreReadBesideTheEcho) {
  const auto figures = RunQuick("arena_bench_leaderboard");
  for (const char* name : {"echo", "ours", "ours as a share of the echo", "p99, ours to echo"}) {
    ASSERT_TRUE(figures.contains(name)) << name;
    EXPECT_GT(figures.at(name), 0) << name;
  }
}

TEST(BenchesTest, EveryWatcherGetsEverySnapshot) {
  const auto figures = RunQuick("arena_bench_watchers");
  for (const char* name :
       {"a leaderboard", "publishing to a reader, p50", "publishing to a reader, p99",
        "publishing to the last reader, median"}) {
    ASSERT_TRUE(figures.contains(name)) << name;
    EXPECT_GT(figures.at(name), 0) << name;
  }
}

TEST(BenchesTest, FreshnessIsMeasuredOnEveryVote) {
  const auto figures = RunQuick("arena_bench_freshness");
  for (const char* name : {"votes", "snapshots", "commit to covering snapshot, p50",
                           "commit to covering snapshot, p99"}) {
    ASSERT_TRUE(figures.contains(name)) << name;
    EXPECT_GT(figures.at(name), 0) << name;
  }
}

TEST(BenchesTest, ARestartIsMeasuredBesideACopyOfTheSameColumns) {
  const auto figures = RunQuick("arena_bench_restart");
  for (const char* name :
       {"COPY of the same columns", "as a share of the copy", "restart: first leaderboard",
        "restart: count boards up to date", "restart: style boards up to date"}) {
    ASSERT_TRUE(figures.contains(name)) << name;
    EXPECT_GT(figures.at(name), 0) << name;
  }
}

TEST(BenchesTest, ARetractionAndItsRestorationAreMeasuredInEverySeries) {
  const auto figures = RunQuick("arena_bench_retraction");
  for (const char* name : {"retraction: covered by counts", "retraction: covered by Elo",
                           "restoration: covered by style"}) {
    ASSERT_TRUE(figures.contains(name)) << name;
    EXPECT_GT(figures.at(name), 0) << name;
  }
}

}  // namespace
}  // namespace arena::testing
