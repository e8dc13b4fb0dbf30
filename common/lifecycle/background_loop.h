#pragma once

#include <functional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace arena::lifecycle {

// A named thread that runs a step, waits for an interval, and again, until it is stopped. Steps
// never overlap. Wake may be called by any thread, the step itself included, which means "there is
// more".
class BackgroundLoop {
 public:
  struct Options {
    // Name of the thread, up to 15 characters; shown by top and debuggers.
    std::string name;
    // Time between the end of a step and the beginning of the next.
    absl::Duration interval = absl::Seconds(1);
    // Added to the process's own, as nice(2) has it, for work that can wait: others run first, this
    // has what they leave. Such a step must not hold a lock for long that others need.
    int niceness = 0;
    // Fraction by which each wait is drawn shorter or longer, so that replicas spread.
    double jitter = 0.1;
  };

  // Nothing runs before Start.
  BackgroundLoop(Options options, std::function<void()> step);
  // Stops.
  ~BackgroundLoop();
  BackgroundLoop(const BackgroundLoop&) = delete;
  BackgroundLoop& operator=(const BackgroundLoop&) = delete;

  // Starts the thread; the first step runs at once. To be called once.
  void Start();
  // Begins the next step now, or right after the one under way.
  void Wake();
  // Waits for the step under way and ends the thread. Idempotent; not to be called by the step.
  void Stop();

 private:
  void Run();
  // Waits for the interval, a wake or a stop; false when the loop shall end.
  bool WaitForNext(absl::Duration wait);

  const Options options_;
  const std::function<void()> step_;
  absl::Mutex mutex_;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace arena::lifecycle
