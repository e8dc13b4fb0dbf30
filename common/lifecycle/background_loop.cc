#include "common/lifecycle/background_loop.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "common/base/random.h"

namespace arena::lifecycle {

BackgroundLoop::BackgroundLoop(Options options, std::function<void()> step)
    : options_(std::move(options)), step_(std::move(step)) {}

BackgroundLoop::~BackgroundLoop() { Stop(); }

void BackgroundLoop::Start() {
  thread_ = std::thread([this] { Run(); });
  // Fails only for names that are too long for the kernel.
  pthread_setname_np(thread_.native_handle(), options_.name.substr(0, 15).c_str());
}

void BackgroundLoop::Wake() {
  absl::MutexLock lock(&mutex_);
  woken_ = true;
}

void BackgroundLoop::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void BackgroundLoop::Run() {
  // On Linux the thread's alone. To be less important is always allowed.
  if (options_.niceness > 0) {
    const auto thread = static_cast<id_t>(gettid());
    const int least_important = 19;
    const int niceness = getpriority(PRIO_PROCESS, thread) + options_.niceness;
    (void)setpriority(PRIO_PROCESS, thread, std::min(niceness, least_important));
  }
  SecureRandom random;
  constexpr double kSteps = 1 << 20;
  do {
    step_();
    const double unit = static_cast<double>(random.Below(1 << 20)) / kSteps;
    const double factor = 1.0 + options_.jitter * (2.0 * unit - 1.0);
    if (!WaitForNext(options_.interval * factor)) return;
  } while (true);
}

bool BackgroundLoop::WaitForNext(absl::Duration wait) {
  absl::MutexLock lock(&mutex_);
  const auto called = [this]()
                          ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return woken_ || stopping_; };
  mutex_.AwaitWithTimeout(absl::Condition(&called), wait);
  woken_ = false;
  return !stopping_;
}

}  // namespace arena::lifecycle
