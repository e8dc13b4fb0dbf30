#include "common/lifecycle/process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <thread>
#include <vector>

#include "absl/time/clock.h"

namespace arena::lifecycle {
namespace {

TEST(ShutdownTest, StepsRunInOrderWithADeadlineForTheDrain) {
  std::vector<std::string> order;
  absl::Time deadline;
  const absl::Time before = absl::Now();
  RunShutdown({.stop_serving = [&] { order.push_back("stop serving"); },
               .notice_time = absl::Milliseconds(2),
               .drain =
                   [&](absl::Time given) {
                     order.push_back("drain");
                     deadline = given;
                   },
               .drain_time = absl::Hours(1),
               .stop_loops = [&] { order.push_back("stop loops"); }});
  EXPECT_THAT(order, ::testing::ElementsAre("stop serving", "drain", "stop loops"));
  EXPECT_GE(deadline, before + absl::Milliseconds(2) + absl::Hours(1));
}

TEST(ShutdownTest, EmptyStepsAreSkipped) {
  bool stopped = false;
  ShutdownSteps steps;
  steps.stop_loops = [&] { stopped = true; };
  RunShutdown(steps);
  EXPECT_TRUE(stopped);
}

// Signals belong to a process, so each of these runs in one of its own.
TEST(ProcessDeathTest, SignalRunsTheShutdownAndTheExitCodeIsZero) {
  for (const int signal : {SIGTERM, SIGINT}) {
    EXPECT_EXIT(
        {
          InitProcess();
          std::thread sender([signal] { kill(getpid(), signal); });
          ShutdownSteps steps;
          steps.stop_loops = [] { fprintf(stderr, "stopped by test\n"); };
          const int code = RunUntilSignal(steps);
          sender.join();
          exit(code);
        },
        ::testing::ExitedWithCode(0), "stopped by test");
  }
}

TEST(ProcessTest, FailStartSaysWhyInOneLine) {
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(FailStart(absl::FailedPreconditionError("The port is taken.")), 1);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), ::testing::HasSubstr("The port is taken."));
}

}  // namespace
}  // namespace arena::lifecycle
