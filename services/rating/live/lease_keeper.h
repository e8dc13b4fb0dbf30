#pragma once

#include <optional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/rating/storage/lease_store.h"

namespace arena::rating {

// Keeps one lease for this process as long as it can. One thread calls Step, several times within
// the lease's duration; any thread may ask. What it says is a hint: who acts under the lease checks
// it in the transaction that acts.
class LeaseKeeper {
 public:
  struct Options {
    std::string name;
    // Unique among all processes that ever ran.
    std::string holder;
    absl::Duration duration = absl::Seconds(2);
  };

  LeaseKeeper(Options options, LeaseStore& leases)
      : options_(std::move(options)), leases_(leases) {}

  // Takes or renews the lease.
  absl::Status Step() {
    auto lease = leases_.Acquire(options_.name, options_.holder, options_.duration);
    absl::MutexLock lock(&mutex_);
    held_ = lease.ok() ? *std::move(lease) : std::nullopt;
    return lease.status();
  }

  // The lease as of the last step; nothing when another replica has it.
  std::optional<Lease> held() const {
    absl::MutexLock lock(&mutex_);
    return held_;
  }

  // Gives the lease up, so that another replica need not wait for its expiry.
  absl::Status Release() {
    std::optional<Lease> lease;
    {
      absl::MutexLock lock(&mutex_);
      lease = std::exchange(held_, std::nullopt);
    }
    return lease ? leases_.Release(*lease) : absl::OkStatus();
  }

 private:
  const Options options_;
  LeaseStore& leases_;
  mutable absl::Mutex mutex_;
  std::optional<Lease> held_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace arena::rating
