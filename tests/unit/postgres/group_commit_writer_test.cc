#include "common/postgres/group_commit_writer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <numeric>
#include <thread>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "common/base/errors.h"
#include "common/base/random.h"
#include "common/postgres/error_mapping.h"
#include "tests/support/seed.h"

namespace arena {
namespace {

using Writer = GroupCommitWriter<int, int>;

bool IsAway(const absl::Status& status) { return absl::IsUnavailable(status); }

std::vector<absl::StatusOr<int>> Echo(absl::Span<const int> rows) {
  return {rows.begin(), rows.end()};
}

// A store whose first commit waits until it is let go, so that rows pile up behind it.
class HeldStore {
 public:
  Writer::GroupResult Commit(absl::Span<const int> rows) {
    {
      absl::MutexLock lock(&mutex_);
      group_sizes_.push_back(rows.size());
    }
    if (!first_started_.HasBeenNotified()) {
      first_started_.Notify();
      let_go_.WaitForNotification();
    }
    return Echo(rows);
  }

  void WaitForFirst() { first_started_.WaitForNotification(); }
  void LetGo() { let_go_.Notify(); }
  std::vector<size_t> group_sizes() {
    absl::MutexLock lock(&mutex_);
    return group_sizes_;
  }

 private:
  absl::Notification first_started_;
  absl::Notification let_go_;
  absl::Mutex mutex_;
  std::vector<size_t> group_sizes_ ABSL_GUARDED_BY(mutex_);
};

TEST(GroupCommitWriterTest, WhatArrivesDuringACommitSharesTheNextOne) {
  HeldStore store;
  absl::BlockingCounter answered(8);
  Writer writer(
      {.writers = 1}, [&](auto rows) { return store.Commit(rows); }, IsAway);
  for (int row = 0; row < 8; ++row) {
    writer.Submit(row, [&, row](absl::StatusOr<int> result) {
      EXPECT_EQ(*result, row);
      answered.DecrementCount();
    });
    if (row == 0) store.WaitForFirst();
  }
  store.LetGo();
  answered.Wait();
  EXPECT_EQ(store.group_sizes(), (std::vector<size_t>{1, 7}));
}

TEST(GroupCommitWriterTest, NobodyIsAnsweredBeforeTheCommit) {
  HeldStore store;
  std::atomic<bool> is_answered = false;
  Writer writer(
      {.writers = 1}, [&](auto rows) { return store.Commit(rows); }, IsAway);
  writer.Submit(1, [&](absl::StatusOr<int>) { is_answered = true; });
  store.WaitForFirst();
  EXPECT_FALSE(is_answered);
  store.LetGo();
  writer.Stop();
  EXPECT_TRUE(is_answered);
}

TEST(GroupCommitWriterTest, AGroupIsNoLargerThanItsLimit) {
  HeldStore store;
  Writer writer(
      {.writers = 1, .group_rows = 3}, [&](auto rows) { return store.Commit(rows); }, IsAway);
  for (int row = 0; row < 8; ++row) {
    writer.Submit(row, [](absl::StatusOr<int>) {});
    if (row == 0) store.WaitForFirst();
  }
  store.LetGo();
  writer.Stop();
  EXPECT_EQ(store.group_sizes(), (std::vector<size_t>{1, 3, 3, 1}));
}

TEST(GroupCommitWriterTest, ARowBeyondTheQueueIsRefusedWithTheLimitsName) {
  HeldStore store;
  Writer writer(
      {.writers = 1, .queue_rows = 2}, [&](auto rows) { return store.Commit(rows); }, IsAway);
  writer.Submit(0, [](absl::StatusOr<int>) {});
  store.WaitForFirst();
  writer.Submit(1, [](absl::StatusOr<int>) {});
  writer.Submit(2, [](absl::StatusOr<int>) {});
  absl::Status refused;
  writer.Submit(3, [&](absl::StatusOr<int> result) { refused = result.status(); });
  EXPECT_EQ(ReasonOf(refused), "OVERLOADED");
  EXPECT_EQ(DetailsOf(refused)->metadata.at("limit"), "kCommitQueueRows");
  store.LetGo();
}

TEST(GroupCommitWriterTest, OneBadRowFailsAloneAndTheOthersAreCommitted) {
  constexpr int kBad = 3;
  absl::Notification all_queued;
  std::atomic<int> committed = 0;
  const auto commit = [&](absl::Span<const int> rows) -> Writer::GroupResult {
    all_queued.WaitForNotification();
    for (const int row : rows) {
      if (row == kBad) return absl::InvalidArgumentError("bad row");
    }
    committed += static_cast<int>(rows.size());
    return Echo(rows);
  };
  std::vector<absl::Status> statuses(6);
  Writer writer({.writers = 1}, commit, IsAway);
  for (int row = 0; row < 6; ++row) {
    writer.Submit(row, [&, row](absl::StatusOr<int> result) {
      statuses[static_cast<size_t>(row)] = result.status();
    });
  }
  all_queued.Notify();
  writer.Stop();
  for (int row = 0; row < 6; ++row) {
    EXPECT_EQ(statuses[static_cast<size_t>(row)].ok(), row != kBad) << row;
  }
  EXPECT_EQ(committed, 5);
}

TEST(GroupCommitWriterTest, ADatabaseThatComesBackIsTriedAgainWithTheSameRows) {
  std::atomic<int> tries = 0;
  const auto commit = [&](absl::Span<const int> rows) -> Writer::GroupResult {
    if (++tries < 3) return StorageUnavailable("away");
    return Echo(rows);
  };
  absl::StatusOr<int> answer;
  Writer writer({.writers = 1, .first_backoff = absl::Microseconds(1)}, commit, IsAway);
  absl::Notification done;
  writer.Submit(5, [&](absl::StatusOr<int> result) {
    answer = result;
    done.Notify();
  });
  done.WaitForNotification();
  EXPECT_EQ(*answer, 5);
  EXPECT_EQ(tries, 3);
}

TEST(GroupCommitWriterTest, ADatabaseThatStaysAwayAnswersUnavailableAfterTheLastTry) {
  std::atomic<int> tries = 0;
  const auto commit = [&](absl::Span<const int>) -> Writer::GroupResult {
    ++tries;
    return StorageUnavailable("away");
  };
  absl::Status answer;
  Writer writer({.writers = 1, .attempts = 4, .first_backoff = absl::Microseconds(1)}, commit,
                IsAway);
  absl::Notification done;
  writer.Submit(5, [&](absl::StatusOr<int> result) {
    answer = result.status();
    done.Notify();
  });
  done.WaitForNotification();
  EXPECT_EQ(ReasonOf(answer), "STORAGE_UNAVAILABLE");
  EXPECT_EQ(tries, 4);
}

// What a row is told when its group's tries end like this, one after the other.
absl::Status AnswerAfter(const std::vector<absl::Status>& tries) {
  std::atomic<size_t> next = 0;
  const auto commit = [&](absl::Span<const int> rows) -> Writer::GroupResult {
    const absl::Status& status = tries.at(next++);
    if (!status.ok()) return status;
    return Echo(rows);
  };
  absl::Status answer;
  Writer writer({.writers = 1,
                 .attempts = static_cast<int>(tries.size()),
                 .first_backoff = absl::Microseconds(1)},
                commit, IsRetriable);
  writer.Submit(5, [&](absl::StatusOr<int> result) { answer = result.status(); });
  writer.Stop();
  return answer;
}

TEST(GroupCommitWriterTest, AnOutcomeStaysUnknownUnlessALaterTryGetsToItsEnd) {
  const absl::Status unknown = OutcomeUnknown("died");
  const absl::Status away = StorageUnavailable("away");
  EXPECT_EQ(ReasonOf(AnswerAfter({unknown, away, away})), "OUTCOME_UNKNOWN");
  EXPECT_EQ(ReasonOf(AnswerAfter({away, unknown, away})), "OUTCOME_UNKNOWN");
  EXPECT_EQ(ReasonOf(AnswerAfter({unknown, RaceLost("slow")})), "OUTCOME_UNKNOWN");
  EXPECT_EQ(ReasonOf(AnswerAfter({unknown, Overloaded("kPoolConnections")})), "OUTCOME_UNKNOWN");
  EXPECT_EQ(ReasonOf(AnswerAfter({unknown, away, BattleNotFound()})), "BATTLE_NOT_FOUND");
  EXPECT_TRUE(AnswerAfter({unknown, away, absl::OkStatus()}).ok());
  EXPECT_EQ(ReasonOf(AnswerAfter({away, away})), "STORAGE_UNAVAILABLE");
}

TEST(GroupCommitWriterTest, AGroupThatFoundNoFreeConnectionIsToldSoAfterOneWait) {
  std::atomic<int> tries = 0;
  HeldStore store;
  const auto commit = [&](absl::Span<const int> rows) -> Writer::GroupResult {
    if (tries++ == 0) return store.Commit(rows);
    return Overloaded("kPoolConnections");
  };
  absl::BlockingCounter answered(3);
  std::atomic<int> refused = 0;
  Writer writer({.writers = 1}, commit, IsRetriable);
  const auto submit = [&](int row) {
    writer.Submit(row, [&](const absl::StatusOr<int>& result) {
      if (LimitOf(result.status()) == "kPoolConnections") ++refused;
      answered.DecrementCount();
    });
  };
  submit(1);
  store.WaitForFirst();
  submit(2);
  submit(3);
  store.LetGo();
  answered.Wait();
  EXPECT_EQ(refused, 2);
  EXPECT_EQ(tries, 2);
}

TEST(GroupCommitWriterTest, StoppingCommitsWhatIsQueuedAndRefusesWhatComesLater) {
  std::atomic<int> committed = 0;
  Writer writer(
      {},
      [&](absl::Span<const int> rows) -> Writer::GroupResult {
        committed += static_cast<int>(rows.size());
        return Echo(rows);
      },
      IsAway);
  for (int row = 0; row < 1000; ++row) writer.Submit(row, [](absl::StatusOr<int>) {});
  writer.Stop();
  EXPECT_EQ(committed, 1000);
  absl::Status late;
  writer.Submit(1, [&](absl::StatusOr<int> result) { late = result.status(); });
  EXPECT_EQ(ReasonOf(late), "SHUTTING_DOWN");
}

TEST(GroupCommitWriterTest, ManyCallersAreEachAnsweredOnceWithTheirOwnResult) {
  constexpr int kThreads = 8;
  constexpr int kRows = 2'000;
  const uint64_t seed = testing::TestSeed();
  SeededRandom random(seed);
  // Fails some groups at random: refused ones and ones to be tried again.
  std::atomic<uint64_t> salt = random.Bits();
  const auto commit = [&](absl::Span<const int> rows) -> Writer::GroupResult {
    const uint64_t dice = SeededRandom(salt.fetch_add(1)).Bits() % 8;
    if (dice == 0 && rows.size() > 1) return absl::InvalidArgumentError("group refused");
    if (dice == 1) return StorageUnavailable("away");
    return Echo(rows);
  };
  std::vector<std::atomic<int>> answers(kThreads * kRows);
  {
    Writer writer({.group_rows = 16, .attempts = 50, .first_backoff = absl::Microseconds(1)},
                  commit, IsAway);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i < kRows; ++i) {
          const int row = thread * kRows + i;
          writer.Submit(row, [&, row](absl::StatusOr<int> result) {
            if (result.ok() && *result == row) ++answers[static_cast<size_t>(row)];
          });
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  for (const auto& answer : answers) ASSERT_EQ(answer, 1) << "seed " << seed;
}

}  // namespace
}  // namespace arena
