#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace arena::bench {

// Many readers of WatchLeaderboard over few connections. What arrives is not parsed but for the
// position that it covers: the readers are to cost as little as can be. Shared by threads.
class WatcherCrowd {
 public:
  // Opens the streams; they may take a while to get their first leaderboard.
  WatcherCrowd(const std::string& address, size_t watchers, size_t connections);
  // Ends the streams and waits for them.
  ~WatcherCrowd();

  // Waits until each watcher has a leaderboard that covers `position`. UNAVAILABLE when a stream
  // has ended.
  absl::Status Await(int64_t position, absl::Duration wait);

  // When each watcher got its newest leaderboard.
  std::vector<absl::Time> arrivals() const;
  // Bytes of the last leaderboard.
  size_t message_bytes() const;

 private:
  class Watcher;

  void Arrived(size_t watcher, int64_t position, size_t bytes);
  void Ended();

  mutable absl::Mutex mutex_;
  int64_t wanted_ ABSL_GUARDED_BY(mutex_) = 0;
  // By watcher: the position of its newest leaderboard, and when that came.
  std::vector<int64_t> positions_ ABSL_GUARDED_BY(mutex_);
  std::vector<absl::Time> arrivals_ ABSL_GUARDED_BY(mutex_);
  size_t covered_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t ended_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t message_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::unique_ptr<Watcher>> watchers_;
};

}  // namespace arena::bench
