#pragma once

#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "common/base/limits.h"

namespace arena::rpc {

// Threads for work that blocks, as reads from the database do: callbacks of gRPC must not block.
// The queue is bounded; what does not fit is refused with OVERLOADED at once.
class WorkerPool {
 public:
  struct Options {
    // Name of the threads, up to 12 characters.
    std::string name = "worker";
    int threads = 4;
    size_t queue_length = limits::kWorkerQueueCalls;
  };
  using Task = absl::AnyInvocable<void()>;

  explicit WorkerPool(Options options);
  // Stops.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Runs `task` on one of the threads. OVERLOADED when the queue is full, SHUTTING_DOWN after Stop;
  // then the task is destroyed unrun.
  absl::Status Run(Task task);

  // Runs what is queued and ends the threads. Idempotent.
  void Stop();

 private:
  void Work();

  const Options options_;
  absl::Mutex mutex_;
  std::deque<Task> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace arena::rpc
