#pragma once

#include <cstdint>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"

namespace arena::matchmaker {

// Battles that take prompts and votes, by frontend.
using BattleCounts = absl::flat_hash_map<std::string, int64_t>;

// How many battles each frontend has open, near enough to bound them: what the database counted
// last, over all replicas, and what was made here since. Other replicas may go beyond the limit by
// what they make between two counts. Shared by threads.
class OpenBattles {
 public:
  explicit OpenBattles(int64_t limit) : limit_(limit) {}

  // OVERLOADED when the frontend has as many as it may.
  absl::Status Admit(const std::string& frontend) const;
  // One more was made here.
  void Made(const std::string& frontend);

  // Around a count by the database: what is made from BeginCount on may or may not be in it, and is
  // added to it. A count that failed is not ended, and the one before holds.
  void BeginCount();
  void EndCount(BattleCounts counted);

  // Open battles of all frontends.
  int64_t total() const;

 private:
  const int64_t limit_;
  mutable absl::Mutex mutex_;
  BattleCounts counted_ ABSL_GUARDED_BY(mutex_);
  // Made here since the count that holds, and since the one under way.
  BattleCounts made_ ABSL_GUARDED_BY(mutex_);
  BattleCounts made_meanwhile_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace arena::matchmaker
