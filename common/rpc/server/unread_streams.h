#pragma once

#include <cstdint>
#include <functional>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/lifecycle/background_loop.h"

namespace arena::rpc {

// Looks from time to time at the streams under way, so that those which nobody reads are ended:
// each holds a place and memory, and its connection may live for ever. Threads may share it.
class UnreadStreams {
 public:
  // A stream is given up when its client has not taken a whole message for `patience`, or somewhat
  // longer.
  explicit UnreadStreams(absl::Duration patience);
  ~UnreadStreams() { loop_.Stop(); }

  absl::Duration patience() const { return patience_; }

  // Calls `look` several times in each patience until Remove, and perhaps once more. Returns a
  // ticket for Remove.
  int64_t Add(std::function<void()> look);
  void Remove(int64_t ticket);

 private:
  void LookAtAll();

  const absl::Duration patience_;
  absl::Mutex mutex_;
  int64_t next_ticket_ ABSL_GUARDED_BY(mutex_) = 1;
  absl::flat_hash_map<int64_t, std::function<void()>> looks_ ABSL_GUARDED_BY(mutex_);
  lifecycle::BackgroundLoop loop_;
};

}  // namespace arena::rpc
