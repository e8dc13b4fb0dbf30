#pragma once

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/ids.h"

namespace arena::model_gateway {

class TurnStream;

// The turns that this replica answers; it keeps them alive while they run. Shared by threads.
class RunningTurns {
 public:
  // At most `limit` calls of StreamReplies at a time.
  explicit RunningTurns(int limit) : limit_(limit) {}

  // Room for one call; given back when the last copy of the place goes. Null when there is none.
  using Place = std::shared_ptr<void>;
  Place TakePlace();

  // Adds a turn unless one of its battle runs here: then that one is returned, else null.
  std::shared_ptr<TurnStream> Add(const BattleId& battle, std::shared_ptr<TurnStream> turn);
  std::shared_ptr<TurnStream> Find(const BattleId& battle) const;
  void Remove(const BattleId& battle);

  // Waits until no turn runs; whether that came true in time.
  bool WaitUntilEmpty(absl::Duration wait) const;

 private:
  const int limit_;
  mutable absl::Mutex mutex_;
  int places_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<BattleId, std::shared_ptr<TurnStream>> turns_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace arena::model_gateway
