#include "tests/bench/support/load.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/rpc/grpc_status.h"

namespace arena::bench {
namespace {

using Clock = std::chrono::steady_clock;

// A scheduled load is sent in steps of this length; both sides of a comparison get the same steps.
constexpr std::chrono::duration<double> kStep{0.0005};

double Millis(Clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

class Load {
 public:
  Load(Target& target, const LoadOptions& options) : target_(target), options_(options) {
    result_.latencies_ms.resize(static_cast<size_t>(options.calls));
    for (size_t slot = options.outstanding; slot-- > 0;) free_.push_back(slot);
  }

  absl::StatusOr<LoadResult> Run() {
    const Clock::time_point start = Clock::now();
    if (options_.rate > 0) {
      BeginBySchedule(start);
    } else {
      for (size_t slot = 0; slot < options_.outstanding; ++slot) {
        TakeSlot();
        BeginNext(slot);
      }
    }
    AwaitAll();
    result_.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    absl::MutexLock lock(&mutex_);
    if (!failure_.ok()) return failure_;
    return std::move(result_);
  }

 private:
  // As fast as answers come: each answer begins the next call in the same slot.
  void BeginNext(size_t slot) {
    const int64_t index = next_.fetch_add(1, std::memory_order_relaxed);
    if (index >= options_.calls || has_failed_.load(std::memory_order_relaxed)) {
      return FreeSlot(slot);
    }
    Begin(index, slot, Clock::now(), [this](size_t freed) { BeginNext(freed); });
  }

  void BeginBySchedule(Clock::time_point start) {
    for (int64_t index = 0; index < options_.calls && !has_failed_; ++index) {
      const double seconds = static_cast<double>(index) / options_.rate;
      const auto due = start + std::chrono::duration_cast<Clock::duration>(
                                   std::ceil(seconds / kStep.count()) * kStep);
      std::this_thread::sleep_until(due);
      Begin(index, TakeSlot(), due, [this](size_t freed) { FreeSlot(freed); });
    }
  }

  template <typename Then>
  void Begin(int64_t index, size_t slot, Clock::time_point since, Then then) {
    target_.Begin(options_.first + index, slot,
                  [this, index, slot, since, then](const grpc::Status& status) {
                    if (!status.ok()) Fail(status);
                    result_.latencies_ms[static_cast<size_t>(index)] = Millis(Clock::now() - since);
                    then(slot);
                  });
  }

  void Fail(const grpc::Status& status) {
    has_failed_ = true;
    absl::MutexLock lock(&mutex_);
    failure_.Update(rpc::FromGrpcStatus(status));
  }

  size_t TakeSlot() {
    absl::MutexLock lock(&mutex_);
    const auto has_free = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !free_.empty(); };
    mutex_.Await(absl::Condition(&has_free));
    const size_t slot = free_.back();
    free_.pop_back();
    return slot;
  }

  void FreeSlot(size_t slot) {
    absl::MutexLock lock(&mutex_);
    free_.push_back(slot);
  }

  void AwaitAll() {
    absl::MutexLock lock(&mutex_);
    const auto all_free = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return free_.size() == options_.outstanding;
    };
    mutex_.Await(absl::Condition(&all_free));
  }

  Target& target_;
  const LoadOptions options_;
  LoadResult result_;
  std::atomic<int64_t> next_ = 0;
  std::atomic<bool> has_failed_ = false;
  absl::Mutex mutex_;
  std::vector<size_t> free_ ABSL_GUARDED_BY(mutex_);
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<LoadResult> RunLoad(Target& target, const LoadOptions& options) {
  return Load(target, options).Run();
}

}  // namespace arena::bench
