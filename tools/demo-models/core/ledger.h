#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace arena::demo {

// Times are microseconds of the machine's monotonic clock (CLOCK_MONOTONIC, std::chrono's
// steady_clock), so that a test in another process can subtract its own; 0 means not yet.
struct ModelStats {
  int64_t requests = 0;
  int64_t active = 0;
  // Everything was sent, or the fault script ended the answer.
  int64_t completed = 0;
  // The client closed its connection before the end.
  int64_t closed_by_client = 0;
  int64_t faults = 0;
  int64_t deltas_sent = 0;
  int64_t last_request_us = 0;
  int64_t last_close_us = 0;
};

// An answer whose client left before its end.
struct ClientClose {
  std::string model;
  // The beginning of the prompt, by which a test finds its own request.
  std::string prompt;
  int64_t started_us = 0;
  int64_t closed_us = 0;
  int64_t deltas_sent = 0;
};

struct Stats {
  std::map<std::string, ModelStats> models;
  // The newest kMaxRecentCloses, oldest first.
  std::deque<ClientClose> recent_closes;

  ModelStats Total() const;
};

inline constexpr size_t kMaxRecentCloses = 4096;
inline constexpr size_t kMaxPromptBytes = 64;

// How an answer ended.
enum class Ending { kCompleted, kClosedByClient };

// Counts what happens to requests, by model. Threads may share it.
class Ledger {
 public:
  void Began(const std::string& model, bool has_fault, int64_t now_us);
  void SentDelta(const std::string& model);
  // `close` describes the answer; its prompt is shortened here.
  void Ended(Ending ending, ClientClose close);

  Stats Get() const;
  // Waits until `condition` holds for the counts; false when it does not within `wait`.
  bool WaitUntil(const std::function<bool(const Stats&)>& condition, absl::Duration wait) const;

 private:
  mutable absl::Mutex mutex_;
  Stats stats_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace arena::demo
