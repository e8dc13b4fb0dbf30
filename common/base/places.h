#pragma once

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace arena {

// Room for so many of something at a time, such as calls under way. Shared by threads; outlives its
// places.
class Places {
 public:
  explicit Places(int limit) : limit_(limit) {}

  // Given back when its last copy goes.
  using Place = std::shared_ptr<void>;
  // Null when there is no room.
  Place Take() {
    absl::MutexLock lock(&mutex_);
    if (taken_ >= limit_) return nullptr;
    ++taken_;
    return Place(this, [](void* self) { static_cast<Places*>(self)->GiveBack(); });
  }

 private:
  void GiveBack() {
    absl::MutexLock lock(&mutex_);
    --taken_;
  }

  const int limit_;
  absl::Mutex mutex_;
  int taken_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace arena
