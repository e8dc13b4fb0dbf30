// Tells the thread sanitizer what absl::Mutex and absl::Notification do. Debian's Abseil is not
// instrumented: without this, every access under an absl::Mutex would look like a race. The linker
// leads our calls of their members through here (--wrap in CMakeLists.txt).
#include <sanitizer/tsan_interface.h>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

// A member of a class of Abseil under both of its names for the linker: ours, and the real one.
#define ARENA_WRAPPED(result, name, symbol, ...)                               \
  result Real##name(__VA_ARGS__) __asm__("__real__ZN4absl7debian3" symbol);    \
  result Wrapped##name(__VA_ARGS__) __asm__("__wrap__ZN4absl7debian3" symbol); \
  result Wrapped##name(__VA_ARGS__)
#define ARENA_WRAPPED_CONST(result, name, symbol, ...)                          \
  result Real##name(__VA_ARGS__) __asm__("__real__ZNK4absl7debian3" symbol);    \
  result Wrapped##name(__VA_ARGS__) __asm__("__wrap__ZNK4absl7debian3" symbol); \
  result Wrapped##name(__VA_ARGS__)

namespace arena {
namespace {

// The mutex is free while a condition is waited for. Between the two calls of a pair the sanitizer
// looks away: there Abseil may run the condition of another thread.
class Waiting {
 public:
  explicit Waiting(absl::Mutex* mutex) : mutex_(mutex) {
    __tsan_mutex_pre_unlock(mutex_, 0);
    __tsan_mutex_post_unlock(mutex_, 0);
    __tsan_mutex_pre_lock(mutex_, 0);
  }
  ~Waiting() { __tsan_mutex_post_lock(mutex_, 0, 0); }

 private:
  absl::Mutex* const mutex_;
};

}  // namespace

ARENA_WRAPPED(void, Lock, "5Mutex4LockEv", absl::Mutex* mutex) {
  __tsan_mutex_pre_lock(mutex, 0);
  RealLock(mutex);
  __tsan_mutex_post_lock(mutex, 0, 0);
}

ARENA_WRAPPED(void, Unlock, "5Mutex6UnlockEv", absl::Mutex* mutex) {
  __tsan_mutex_pre_unlock(mutex, 0);
  RealUnlock(mutex);
  __tsan_mutex_post_unlock(mutex, 0);
}

ARENA_WRAPPED(void, Await, "5Mutex5AwaitERKNS0_9ConditionE", absl::Mutex* mutex,
              const absl::Condition& condition) {
  const Waiting waiting(mutex);
  RealAwait(mutex, condition);
}

ARENA_WRAPPED(bool, AwaitWithTimeout, "5Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE",
              absl::Mutex* mutex, const absl::Condition& condition, absl::Duration timeout) {
  const Waiting waiting(mutex);
  return RealAwaitWithTimeout(mutex, condition, timeout);
}

ARENA_WRAPPED(void, Notify, "12Notification6NotifyEv", absl::Notification* notification) {
  __tsan_release(notification);
  RealNotify(notification);
}

ARENA_WRAPPED_CONST(void, WaitForNotification, "12Notification19WaitForNotificationEv",
                    absl::Notification* notification) {
  RealWaitForNotification(notification);
  __tsan_acquire(notification);
}

ARENA_WRAPPED_CONST(bool, WaitWithTimeout,
                    "12Notification30WaitForNotificationWithTimeoutENS0_8DurationE",
                    absl::Notification* notification, absl::Duration timeout) {
  const bool is_notified = RealWaitWithTimeout(notification, timeout);
  if (is_notified) __tsan_acquire(notification);
  return is_notified;
}

}  // namespace arena
