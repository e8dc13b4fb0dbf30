#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "tests/e2e/crash_checks.h"
#include "tests/e2e/voter_crowd.h"
#include "tests/support/arena_cluster.h"
#include "tests/support/long_run.h"
#include "tests/support/seed.h"

namespace arena::testing {
namespace {

constexpr int kSomeVoters = 20;
constexpr absl::Duration kChangeWait = absl::Seconds(30);
constexpr char kTerm[] = "select coalesce(max(term), 0) from arena.leases";
constexpr char kPublishedTerm[] = "select coalesce(max(term), 0) from arena.leaderboard_snapshots";

// Failpoints at which a service freezes; "" is a random moment.
std::vector<std::string> MomentsOf(const std::string& service) {
  if (!IsLongRun()) return {service + ".before-commit"};
  return {"", service + ".before-commit", service + ".after-commit"};
}

// Two of each service. One of two replicas freezes, for longer than its lease, and wakes up again
// with everything that it believed in.
class FrozenReplicaJourney : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    auto started = ArenaCluster::Start(
        {.replicas = 2, .service_flags = {{"rating", {"--lease-time", "500ms"}}}});
    ASSERT_TRUE(started.ok()) << started.status();
    cluster_ = *std::move(started);
  }

  // Starts the first replica of a service again, armed to freeze when GetParam says where.
  void StartArmed(const std::string& service, int pass) {
    std::map<std::string, std::string> environment;
    if (!freezes_at_random()) {
      environment["ARENA_FAILPOINTS"] = fmt::format("{}=freeze@{}", GetParam(), pass);
    }
    cluster_->Kill(service);
    const absl::Status again = cluster_->StartAgain(service, 0, environment);
    ASSERT_TRUE(again.ok()) << again;
  }

  bool freezes_at_random() const { return GetParam().empty(); }

  // Until the query's number exceeds `bound`.
  ::testing::AssertionResult AwaitMoreThan(int64_t bound, const std::string& query) {
    const absl::Time deadline = absl::Now() + kChangeWait;
    while (QueryNumber(*cluster_, query) <= bound) {
      if (absl::Now() > deadline)
        return ::testing::AssertionFailure() << query << " stays at " << bound;
      absl::SleepFor(absl::Milliseconds(5));
    }
    return ::testing::AssertionSuccess();
  }

  // Both ratings lead to the same log; nothing is lost and nothing there twice.
  void ExpectAllIsWell(VoterCrowd& crowd) {
    ASSERT_TRUE(crowd.AwaitVotes(50));
    std::vector<AcknowledgedVote> all;
    EXPECT_TRUE(PlayThrough(*cluster_, TestSeed(), all, 0));
    EXPECT_TRUE(PlayThrough(*cluster_, TestSeed() + 1, all, 1));
    crowd.Pause();
    const std::vector<AcknowledgedVote> of_crowd = crowd.acknowledged();
    all.insert(all.end(), of_crowd.begin(), of_crowd.end());
    ExpectTheLogKeepsItsPromises(*cluster_, all);
    EXPECT_EQ(crowd.complaints(), std::vector<std::string>());
  }

  std::unique_ptr<ArenaCluster> cluster_;
};

class FrozenPublisherJourney : public FrozenReplicaJourney {};

TEST_P(FrozenPublisherJourney, WhatWakesUpAfterItsLeaseDoesNotPublish) {
  // The first replica freezes before the second is there, which therefore never led.
  cluster_->Kill("rating", 1);
  const int64_t term_before = QueryNumber(*cluster_, kTerm);
  StartArmed("rating", 3);
  ASSERT_TRUE(AwaitMoreThan(term_before, kTerm));

  VoterCrowd crowd(*cluster_, kSomeVoters, 2, TestSeed());
  if (freezes_at_random()) {
    ASSERT_TRUE(crowd.AwaitVotes(100));
    cluster_->Signal("rating", 0, SIGSTOP);
  }
  ASSERT_TRUE(cluster_->AwaitStop("rating", 0));
  const int64_t its_term = QueryNumber(*cluster_, kTerm);
  ASSERT_TRUE(cluster_->StartAgain("rating", 1).ok());
  // The other takes the lease over and publishes; only then does the first go on.
  EXPECT_TRUE(AwaitMoreThan(its_term, kTerm));
  EXPECT_TRUE(AwaitMoreThan(its_term, kPublishedTerm));
  cluster_->Signal("rating", 0, SIGCONT);
  ExpectAllIsWell(crowd);
}

INSTANTIATE_TEST_SUITE_P(Moments, FrozenPublisherJourney, ::testing::ValuesIn(MomentsOf("rating")));

class FrozenVoteIngestJourney : public FrozenReplicaJourney {};

TEST_P(FrozenVoteIngestJourney, WhatItWasCommittingIsVotedElsewhereAndCountsOnce) {
  StartArmed("vote-ingest", 5);
  VoterCrowd crowd(*cluster_, kSomeVoters, 2, TestSeed());
  if (freezes_at_random()) {
    ASSERT_TRUE(crowd.AwaitVotes(100));
    cluster_->Signal("vote-ingest", 0, SIGSTOP);
  }
  EXPECT_TRUE(cluster_->AwaitStop("vote-ingest", 0));
  // Voters whose calls hang move on to the other replica.
  EXPECT_TRUE(crowd.AwaitVotes(200));
  cluster_->Signal("vote-ingest", 0, SIGCONT);
  ExpectAllIsWell(crowd);
}

INSTANTIATE_TEST_SUITE_P(Moments, FrozenVoteIngestJourney,
                         ::testing::ValuesIn(MomentsOf("vote-ingest")));

}  // namespace
}  // namespace arena::testing
