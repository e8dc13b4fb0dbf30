#include "common/lifecycle/background_loop.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>

#include "absl/synchronization/notification.h"

namespace arena::lifecycle {
namespace {

constexpr absl::Duration kNever = absl::Hours(1);
constexpr absl::Duration kPatience = absl::Seconds(20);

// Counts steps and lets a test wait for a number of them.
class Steps {
 public:
  void Add() {
    absl::MutexLock lock(&mutex_);
    ++count_;
  }
  bool WaitFor(int count) {
    absl::MutexLock lock(&mutex_);
    const auto reached = [&]() { return count_ >= count; };
    return mutex_.AwaitWithTimeout(absl::Condition(&reached), kPatience);
  }
  int count() {
    absl::MutexLock lock(&mutex_);
    return count_;
  }

 private:
  absl::Mutex mutex_;
  int count_ = 0;
};

TEST(BackgroundLoopTest, FirstStepRunsAtOnceAndTheNextAfterTheInterval) {
  Steps steps;
  BackgroundLoop loop({.name = "test", .interval = absl::Milliseconds(1)}, [&] { steps.Add(); });
  loop.Start();
  EXPECT_TRUE(steps.WaitFor(3));
}

TEST(BackgroundLoopTest, NothingRunsBeforeStart) {
  Steps steps;
  {
    BackgroundLoop loop({.name = "test", .interval = absl::ZeroDuration()}, [&] { steps.Add(); });
  }
  EXPECT_EQ(steps.count(), 0);
}

TEST(BackgroundLoopTest, WakeEndsTheWait) {
  Steps steps;
  BackgroundLoop loop({.name = "test", .interval = kNever}, [&] { steps.Add(); });
  loop.Start();
  ASSERT_TRUE(steps.WaitFor(1));
  loop.Wake();
  EXPECT_TRUE(steps.WaitFor(2));
}

TEST(BackgroundLoopTest, WakeDuringAStepIsNotLost) {
  Steps steps;
  BackgroundLoop* self = nullptr;
  BackgroundLoop loop({.name = "test", .interval = kNever}, [&] {
    steps.Add();
    if (steps.count() == 1) self->Wake();
  });
  self = &loop;
  loop.Start();
  EXPECT_TRUE(steps.WaitFor(2));
}

TEST(BackgroundLoopTest, StopWaitsForTheStepUnderWay) {
  absl::Notification begun;
  absl::Notification may_end;
  std::atomic<bool> ended = false;
  BackgroundLoop loop({.name = "test", .interval = kNever}, [&] {
    begun.Notify();
    may_end.WaitForNotification();
    ended = true;
  });
  loop.Start();
  begun.WaitForNotification();
  std::thread releaser([&] { may_end.Notify(); });
  loop.Stop();
  EXPECT_TRUE(ended);
  releaser.join();
  loop.Stop();
}

TEST(BackgroundLoopTest, OnlyWorkThatCanWaitIsLessImportantThanTheRest) {
  const auto niceness_in = [](int wanted) {
    absl::Notification seen;
    int niceness = -1;
    BackgroundLoop loop({.name = "test", .interval = kNever, .niceness = wanted}, [&] {
      niceness = getpriority(PRIO_PROCESS, static_cast<id_t>(gettid()));
      seen.Notify();
    });
    loop.Start();
    seen.WaitForNotification();
    return niceness;
  };
  const int of_process = getpriority(PRIO_PROCESS, 0);
  EXPECT_EQ(niceness_in(0), of_process);
  EXPECT_EQ(niceness_in(19), 19);
  EXPECT_EQ(getpriority(PRIO_PROCESS, 0), of_process) << "the thread's alone";
}

}  // namespace
}  // namespace arena::lifecycle
