#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "common/base/limits.h"

namespace arena::rating {

// Who waits for newer snapshots. A watcher is a function that sends the newest snapshot unless it
// has sent it before; false says that its reader has gone. It must not block, and is called without
// locks, perhaps by two threads at once. Shared by threads.
class WatchList {
 public:
  using Push = std::function<bool()>;

  explicit WatchList(size_t most = limits::kWatchers) : most_(most) {}

  // Adds a watcher and calls it once; so it misses no snapshot. Returns a ticket for Remove, or
  // nothing when there are as many as there may be.
  std::optional<int64_t> Add(Push push) {
    int64_t ticket = 0;
    {
      absl::MutexLock lock(&mutex_);
      if (watchers_.size() >= most_) return std::nullopt;
      ticket = next_ticket_++;
      watchers_.emplace(ticket, push);
    }
    if (!push()) Remove(ticket);
    return ticket;
  }

  void Remove(int64_t ticket) {
    absl::MutexLock lock(&mutex_);
    watchers_.erase(ticket);
  }

  // Calls every watcher, and forgets those whose reader has gone.
  void PushAll() {
    std::vector<std::pair<int64_t, Push>> watchers;
    {
      absl::MutexLock lock(&mutex_);
      watchers.assign(watchers_.begin(), watchers_.end());
    }
    for (const auto& [ticket, push] : watchers) {
      if (!push()) Remove(ticket);
    }
  }

  size_t size() const {
    absl::MutexLock lock(&mutex_);
    return watchers_.size();
  }

 private:
  const size_t most_;
  mutable absl::Mutex mutex_;
  int64_t next_ticket_ ABSL_GUARDED_BY(mutex_) = 1;
  absl::flat_hash_map<int64_t, Push> watchers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace arena::rating
