#include "services/rating/live/follower.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "common/base/random.h"
#include "services/rating/core/log/checkpoint.h"
#include "services/rating/core/snapshots/snapshot.h"
#include "services/rating/live/history_loader.h"
#include "tests/support/seed.h"
#include "tests/support/test_postgres.h"
#include "tests/support/vote_log_writer.h"

namespace arena::rating {
namespace {

using testing::RandomVotes;
using testing::TestVote;
using testing::VoteLogWriter;

class FollowerTest : public ::testing::Test {
 protected:
  FollowerTest() {
    for (const char* name : {"alpha", "beta", "delta", "gamma"}) {
      models_.push_back(writer_.AddModel(name));
    }
  }

  // Steps until the end of the log.
  static absl::Status CatchUp(Follower& follower) {
    while (true) {
      const auto progress = follower.Step();
      if (!progress.ok()) return progress.status();
      if (!progress->has_more) return absl::OkStatus();
    }
  }

  Follower NewFollower(int page_entries = 100) {
    return Follower({.page_entries = page_entries, .state = {}}, log_, model_reader_, checkpoints_,
                    metrics_);
  }

  // Of everything that is published from counts.
  static std::string DigestAt(Follower& follower) {
    while (follower.ReplayElo(1)) {
    }
    std::string digests;
    for (const Series series : {Series::kCounts, Series::kElo}) {
      digests += DigestOf(
          EncodeTables(*ComputeTables(series, *follower.View(), {.board_minimum_votes = 1})));
    }
    return digests;
  }

  // What a leader would save now.
  void SaveCheckpoint(Follower& follower) {
    const auto counted = follower.ForCheckpoint();
    ASSERT_TRUE(counted.ok()) << counted.status();
    ASSERT_TRUE(checkpoints_
                    .Save(CheckpointFormat(BoardSet(), 32.0), counted->counts->position,
                          EncodeCheckpoint(*counted))
                    .ok());
  }

  HistoryLoader NewHistory(Follower& follower, int page_entries = 100) {
    return HistoryLoader({.page_entries = page_entries, .state = {}}, log_, model_reader_, follower,
                         metrics_);
  }

  static absl::Status LoadAll(HistoryLoader& history) {
    while (true) {
      const auto has_more = history.Step();
      if (!has_more.ok()) return has_more.status();
      if (!*has_more) return absl::OkStatus();
    }
  }

  testing::TestDatabase test_database_;
  VoteLogWriter writer_{test_database_.conninfo()};
  std::vector<ModelId> models_;
  // With the rights that the service has.
  Database database_{{.conninfo = test_database_.conninfo("arena_rating")}};
  VoteLogReader log_{{.conninfo = test_database_.conninfo("arena_rating")}};
  ModelReader model_reader_{database_};
  CheckpointStore checkpoints_{database_};
  metrics::Registry registry_{"rating"};
  RatingMetrics metrics_{registry_};
};

TEST_F(FollowerTest, ManyAppendersAtOnceLoseNothingAndNothingIsCountedTwice) {
  constexpr int kAppenders = 8;
  constexpr int kGroups = 25;
  SeededRandom seeds(testing::TestSeed());
  std::atomic<int> running = kAppenders;
  std::atomic<int64_t> appended = 0;
  std::vector<std::thread> appenders;
  for (int a = 0; a < kAppenders; ++a) {
    appenders.emplace_back([&, seed = seeds.Bits()] {
      SeededRandom random(seed);
      VoteLogWriter writer(test_database_.conninfo());
      for (int g = 0; g < kGroups; ++g) {
        const int size = 1 + static_cast<int>(random.Below(20));
        writer.Append(RandomVotes(models_, size, random));
        appended += size;
      }
      --running;
    });
  }
  Follower follower = NewFollower(50);
  int64_t applied = 0;
  while (running > 0) {
    const auto progress = follower.Step();
    ASSERT_TRUE(progress.ok()) << progress.status();
    applied += progress->applied;
  }
  for (std::thread& appender : appenders) appender.join();
  EXPECT_EQ(applied, follower.position());
  ASSERT_TRUE(CatchUp(follower).ok());
  EXPECT_EQ(follower.position(), appended);
  EXPECT_EQ(follower.View()->boards[0].counts->total(), appended);
  EXPECT_EQ(writer_.Number("select count(*) from arena.vote_log where rated"), appended);
}

TEST_F(FollowerTest, TheStateDependsOnThePrefixAloneWhateverThePages) {
  SeededRandom random(testing::TestSeed());
  writer_.Append(RandomVotes(models_, 137, random));
  std::string expected;
  for (const int page_entries : {1, 7, 137, 1000}) {
    Follower follower = NewFollower(page_entries);
    ASSERT_TRUE(CatchUp(follower).ok());
    EXPECT_TRUE(follower.has_caught_up());
    const std::string digest = DigestAt(follower);
    if (expected.empty()) expected = digest;
    EXPECT_EQ(digest, expected) << "with pages of " << page_entries;
  }
}

TEST_F(FollowerTest, ARetractionAndItsRestorationGiveTheSameDigestAsBefore) {
  SeededRandom random(testing::TestSeed());
  const auto votes = RandomVotes(models_, 60, random);
  writer_.Append(votes);
  Follower follower = NewFollower();
  ASSERT_TRUE(CatchUp(follower).ok());
  const std::string before = DigestAt(follower);
  writer_.AppendEntry(VoteKind::kRetraction, 17, votes[16]);
  ASSERT_TRUE(CatchUp(follower).ok());
  EXPECT_EQ(follower.View()->boards[0].counts->total(), 59);
  EXPECT_NE(DigestAt(follower), before);
  writer_.AppendEntry(VoteKind::kRestoration, 17, votes[16]);
  ASSERT_TRUE(CatchUp(follower).ok());
  EXPECT_EQ(DigestAt(follower), before);
}

TEST_F(FollowerTest, ARestartGoesOnFromTheCheckpointAndLearnsTheVotesBeforeItLater) {
  SeededRandom random(testing::TestSeed());
  auto votes = RandomVotes(models_, 60, random);
  writer_.Append(votes);
  Follower first = NewFollower();
  ASSERT_TRUE(CatchUp(first).ok());
  SaveCheckpoint(first);
  writer_.Append(RandomVotes(models_, 30, random));

  Follower second = NewFollower(7);
  const auto progress = second.Step();
  ASSERT_TRUE(progress.ok()) << progress.status();
  EXPECT_EQ(second.position(), 67) << "it begins after the checkpoint";
  ASSERT_TRUE(CatchUp(second).ok());
  ASSERT_TRUE(CatchUp(first).ok());
  EXPECT_EQ(DigestAt(second), DigestAt(first));

  // A vote from before the checkpoint is taken out: counts follow at once, Elo waits for history.
  writer_.AppendEntry(VoteKind::kRetraction, 17, votes[16]);
  ASSERT_TRUE(CatchUp(second).ok());
  EXPECT_EQ(second.missing_until(), 60);
  EXPECT_EQ(second.View()->boards[0].counts->total(), 89);
  EXPECT_TRUE(second.View()->is_elo_stale);
  EXPECT_FALSE(second.ReplayElo(SIZE_MAX)) << "nothing that can be replayed yet";

  HistoryLoader history = NewHistory(second, 13);
  ASSERT_TRUE(LoadAll(history).ok());
  EXPECT_EQ(second.missing_until(), 0);
  ASSERT_TRUE(CatchUp(first).ok());
  EXPECT_EQ(DigestAt(second), DigestAt(first));
}

TEST_F(FollowerTest, ACheckpointThatIsNotWhatTheLogSaysIsFoundOut) {
  SeededRandom random(testing::TestSeed());
  writer_.Append(RandomVotes(models_, 40, random));
  Follower first = NewFollower();
  ASSERT_TRUE(CatchUp(first).ok());
  SaveCheckpoint(first);
  writer_.Execute("update arena.vote_log set choice = 5 - choice where position = 11");
  Follower second = NewFollower();
  ASSERT_TRUE(CatchUp(second).ok());
  HistoryLoader history = NewHistory(second);
  EXPECT_TRUE(absl::IsDataLoss(LoadAll(history)));
  Follower third = NewFollower(10);
  ASSERT_TRUE(third.Step().ok());
  EXPECT_EQ(third.position(), 10) << "the checkpoint is forgotten";
}

TEST_F(FollowerTest, AMalformedCheckpointIsForgottenAndTheLogRead) {
  SeededRandom random(testing::TestSeed());
  writer_.Append(RandomVotes(models_, 40, random));
  const std::string format = CheckpointFormat(BoardSet(), 32.0);
  ASSERT_TRUE(checkpoints_.Save(format, 40, std::string("\0nonsense", 9)).ok());
  Follower follower = NewFollower();
  ASSERT_TRUE(CatchUp(follower).ok());
  EXPECT_EQ(follower.View()->boards[0].counts->total(), 40);
  EXPECT_FALSE(checkpoints_.Read(format)->has_value());
}

TEST_F(FollowerTest, AnOlderCheckpointDoesNotReplaceANewerOne) {
  ASSERT_TRUE(checkpoints_.Save("f", 10, "ten").ok());
  ASSERT_TRUE(checkpoints_.Save("f", 9, "nine").ok());
  EXPECT_EQ(checkpoints_.Read("f")->value(), "ten");
  ASSERT_TRUE(checkpoints_.Save("f", 11, "eleven").ok());
  EXPECT_EQ(checkpoints_.Read("f")->value(), "eleven");
  EXPECT_FALSE(checkpoints_.Read("another")->has_value());
}

TEST_F(FollowerTest, AMissingPositionIsABrokenLog) {
  SeededRandom random(testing::TestSeed());
  writer_.Append(RandomVotes(models_, 5, random));
  writer_.Execute("delete from arena.vote_log where position = 3");
  Follower follower = NewFollower();
  EXPECT_TRUE(absl::IsDataLoss(follower.Step().status()));
}

TEST_F(FollowerTest, AMissingEndIsABrokenLog) {
  SeededRandom random(testing::TestSeed());
  writer_.Append(RandomVotes(models_, 5, random));
  writer_.Execute("delete from arena.vote_log where position = 5");
  Follower follower = NewFollower();
  EXPECT_TRUE(absl::IsDataLoss(follower.Step().status()));
}

TEST_F(FollowerTest, ALogThatEndsBeforeWhatWasReadIsABrokenLog) {
  SeededRandom random(testing::TestSeed());
  writer_.Append(RandomVotes(models_, 5, random));
  Follower follower = NewFollower();
  ASSERT_TRUE(follower.Step().ok());
  writer_.Execute("delete from arena.vote_log where position > 3");
  writer_.Execute("update arena.vote_log_head set position = 3");
  EXPECT_TRUE(absl::IsDataLoss(follower.Step().status()));
}

TEST_F(FollowerTest, AModelThatComesLaterIsCountedFromItsFirstVote) {
  SeededRandom random(testing::TestSeed());
  writer_.Append(RandomVotes(models_, 5, random));
  Follower follower = NewFollower();
  ASSERT_TRUE(CatchUp(follower).ok());
  const ModelId newcomer = writer_.AddModel("newcomer");
  writer_.Append({{TestVote{.left = newcomer, .right = models_[0]}}});
  ASSERT_TRUE(CatchUp(follower).ok());
  const CountsViewPtr view = follower.View();
  const auto index = view->models->Find("newcomer");
  ASSERT_TRUE(index.has_value());
  EXPECT_EQ(view->boards[0].counts->VotesByModel()[*index], 1);
}

TEST_F(FollowerTest, AnUnreachableDatabaseChangesNothing) {
  Database nowhere({.conninfo = "host=/nonexistent dbname=none"});
  VoteLogReader log({.conninfo = "host=/nonexistent dbname=none"});
  CheckpointStore checkpoints(nowhere);
  Follower follower({}, log, model_reader_, checkpoints, metrics_);
  EXPECT_TRUE(absl::IsUnavailable(follower.Step().status()));
  EXPECT_EQ(follower.position(), 0);
  EXPECT_FALSE(follower.has_caught_up());
}

}  // namespace
}  // namespace arena::rating
