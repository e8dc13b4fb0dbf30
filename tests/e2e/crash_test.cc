#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "tests/e2e/crash_checks.h"
#include "tests/e2e/voter_crowd.h"
#include "tests/support/arena_cluster.h"
#include "tests/support/long_run.h"
#include "tests/support/seed.h"
#include "tests/support/test_postgres.h"

namespace arena::testing {
namespace {

constexpr int kVoters = 50;
// What the long run holds the system to. In the first tier other tests compete for the machine.
constexpr absl::Duration kBackToServing = absl::Seconds(5);

// One death: of a service, at a random moment or at a failpoint, or of PostgreSQL.
struct Death {
  std::string victim;
  // Empty: at a random moment.
  std::string failpoint;
  // The pass of the failpoint dies that is drawn from 1 to this. Snapshots come in tens a second,
  // groups in hundreds, rows in thousands.
  int latest_pass = 1;
};

const std::vector<Death>& SomeDeaths() {
  static const auto* const deaths = new std::vector<Death>{
      {"vote-ingest", "vote-ingest.after-commit", 50},
      {"matchmaker", "", 1},
      {"model-gateway", "model-gateway.ends.before-answer", 200},
      {"rating", "rating.before-commit", 5},
      {"postgres", "", 1},
  };
  return *deaths;
}

// Five rounds of five.
const std::vector<Death>& AllDeaths() {
  static const auto* const deaths = new std::vector<Death>{
      {"vote-ingest", "", 1},
      {"matchmaker", "", 1},
      {"model-gateway", "", 1},
      {"rating", "", 1},
      {"postgres", "", 1},
      {"vote-ingest", "vote-ingest.before-commit", 50},
      {"matchmaker", "matchmaker.before-commit", 50},
      {"model-gateway", "model-gateway.starts.before-commit", 50},
      {"rating", "rating.before-commit", 10},
      {"postgres", "", 1},
      {"vote-ingest", "vote-ingest.after-commit", 50},
      {"matchmaker", "matchmaker.after-commit", 50},
      {"model-gateway", "model-gateway.starts.after-commit", 50},
      {"rating", "rating.after-commit", 10},
      {"postgres", "", 1},
      {"vote-ingest", "vote-ingest.before-answer", 300},
      {"matchmaker", "matchmaker.before-answer", 300},
      {"model-gateway", "model-gateway.ends.before-commit", 50},
      {"rating", "", 1},
      {"postgres", "", 1},
      {"vote-ingest", "", 1},
      {"matchmaker", "", 1},
      {"model-gateway", "model-gateway.ends.before-answer", 300},
      {"rating", "rating.before-commit", 10},
      {"postgres", "", 1},
  };
  return *deaths;
}

class CrashJourney : public ::testing::Test {
 protected:
  // Kills the victim and starts it again; the moment of its death.
  absl::Time Kill(const Death& death, VoterCrowd& crowd) {
    EXPECT_TRUE(crowd.AwaitVotes(Draw(100)));
    if (death.victim == "postgres") return KillPostgres();
    if (!death.failpoint.empty()) return DieAtFailpoint(death);
    const absl::Time killed = absl::Now();
    cluster_->Kill(death.victim);
    Expect(cluster_->StartAgain(death.victim));
    return killed;
  }

  absl::Time KillPostgres() {
    const absl::Time killed = absl::Now();
    if (Draw(2) == 1) {
      TestCluster::Get().Kill();
    } else {
      TestCluster::Get().Crash();
    }
    TestCluster::Get().Start();
    std::cout << fmt::format("postgres itself is back after {} ms\n",
                             absl::ToInt64Milliseconds(absl::Now() - killed));
    return killed;
  }

  absl::Time DieAtFailpoint(const Death& death) {
    const std::string arming =
        fmt::format("{}=die@{}", death.failpoint, Draw(static_cast<size_t>(death.latest_pass)));
    cluster_->Kill(death.victim);
    Expect(cluster_->StartAgain(death.victim, 0, {{"ARENA_FAILPOINTS", arming}}));
    EXPECT_EQ(cluster_->AwaitEnd(death.victim), 128 + SIGKILL) << arming;
    const absl::Time killed = absl::Now();
    Expect(cluster_->StartAgain(death.victim));
    return killed;
  }

  static void Expect(const absl::Status& started) { EXPECT_TRUE(started.ok()) << started; }

  // From 1 to `most`.
  size_t Draw(size_t most) { return 1 + random_() % most; }

  void DieAndCheck(const std::vector<Death>& deaths) {
    auto started = ArenaCluster::Start();
    ASSERT_TRUE(started.ok()) << started.status();
    cluster_ = *std::move(started);
    // As `./arena up` does: the files of the new database are no part of a crash.
    TestCluster::Get().Checkpoint();
    VoterCrowd crowd(*cluster_, kVoters, 1, TestSeed());
    std::vector<AcknowledgedVote> probes;
    absl::Duration slowest;
    for (const Death& death : deaths) {
      SCOPED_TRACE(death.victim + " " + death.failpoint);
      const absl::Time killed = Kill(death, crowd);
      ASSERT_TRUE(PlayThrough(*cluster_, random_(), probes));
      const absl::Duration away = absl::Now() - killed;
      slowest = std::max(slowest, away);
      crowd.Pause();
      std::vector<AcknowledgedVote> all = crowd.acknowledged();
      all.insert(all.end(), probes.begin(), probes.end());
      std::cout << fmt::format("{} {}: served again after {} ms; {} votes acknowledged\n",
                               death.victim,
                               death.failpoint.empty() ? "at random" : death.failpoint,
                               absl::ToInt64Milliseconds(away), all.size());
      if (IsLongRun()) {
        EXPECT_LT(away, kBackToServing);
      }
      ExpectTheLogKeepsItsPromises(*cluster_, all);
      EXPECT_EQ(crowd.complaints(), std::vector<std::string>());
      if (HasFailure()) return;
      crowd.Resume();
    }
    std::cout << fmt::format("{} deaths; slowest return to serving: {} ms\n", deaths.size(),
                             absl::ToInt64Milliseconds(slowest));
  }

  std::mt19937_64 random_{TestSeed()};
  std::unique_ptr<ArenaCluster> cluster_;
};

TEST_F(CrashJourney, EachProcessKilledAmidVotesLosesNothingAndRepeatsNothing) {
  DieAndCheck(IsLongRun() ? AllDeaths() : SomeDeaths());
}

}  // namespace
}  // namespace arena::testing
