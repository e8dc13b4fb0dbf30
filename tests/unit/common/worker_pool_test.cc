#include "common/rpc/server/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>

#include "absl/synchronization/notification.h"
#include "common/base/errors.h"

namespace arena::rpc {
namespace {

TEST(WorkerPoolTest, TasksRunOnSeveralThreadsAtOnce) {
  // Each task waits for the other two: fewer threads would never get through.
  std::barrier meeting(3);
  WorkerPool pool({.name = "test", .threads = 3, .queue_length = 10});
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(pool.Run([&] { meeting.arrive_and_wait(); }).ok());
  }
  pool.Stop();
}

TEST(WorkerPoolTest, FullQueueRefusesWithTheLimitsName) {
  absl::Notification busy;
  absl::Notification release;
  WorkerPool pool({.name = "reader", .threads = 1, .queue_length = 2});
  ASSERT_TRUE(pool.Run([&] {
                    busy.Notify();
                    release.WaitForNotification();
                  })
                  .ok());
  busy.WaitForNotification();
  EXPECT_TRUE(pool.Run([] {}).ok());
  EXPECT_TRUE(pool.Run([] {}).ok());
  const absl::Status refused = pool.Run([] {});
  EXPECT_EQ(ReasonOf(refused), "OVERLOADED");
  EXPECT_EQ(DetailsOf(refused)->metadata.at("limit"), "kWorkerQueueCalls");
  release.Notify();
}

TEST(WorkerPoolTest, StopRunsWhatIsQueuedAndRefusesWhatComesAfter) {
  std::atomic<int> ran = 0;
  WorkerPool pool({.name = "test", .threads = 1, .queue_length = 100});
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(pool.Run([&] { ++ran; }).ok());
  }
  pool.Stop();
  EXPECT_EQ(ran, 100);
  EXPECT_EQ(ReasonOf(pool.Run([] {})), "SHUTTING_DOWN");
}

}  // namespace
}  // namespace arena::rpc
