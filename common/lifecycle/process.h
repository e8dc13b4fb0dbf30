#pragma once

#include <functional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace arena::lifecycle {

// The first thing in every main: blocks SIGTERM and SIGINT in this thread and all that it will
// start, ignores SIGPIPE, allows as many open files as the system's hard limit does (a stream takes
// three), and switches off Abseil's lock-order detection, which costs a tenth of the CPU in
// Debian's build.
void InitProcess();

// Waits until SIGTERM or SIGINT arrives and returns its number. Needs InitProcess.
int WaitForSignal();

// An ordered shutdown. Steps run in the order of the fields; empty ones are skipped.
struct ShutdownSteps {
  // Makes health say NOT_SERVING.
  std::function<void()> stop_serving;
  // How long balancers get to notice that (setting --notice-time).
  absl::Duration notice_time = absl::ZeroDuration();
  // Ends calls: waits for those under way, cancels what is left at the deadline.
  std::function<void(absl::Time deadline)> drain;
  // How long calls under way get (setting --drain-time).
  absl::Duration drain_time = absl::Seconds(10);
  // Stops background loops.
  std::function<void()> stop_loops;
};

// Runs the steps, one after the other, with one log line each.
void RunShutdown(const ShutdownSteps& steps);

// WaitForSignal, then RunShutdown; returns the exit code of main, 0.
int RunUntilSignal(const ShutdownSteps& steps);

// Logs and prints why the program cannot start, in one sentence; returns the exit code of main, 1.
int FailStart(const absl::Status& status);

}  // namespace arena::lifecycle
