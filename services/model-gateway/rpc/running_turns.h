#pragma once

#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/ids.h"
#include "common/base/places.h"

namespace arena::model_gateway {

class TurnStream;

// The turns that this replica answers; it keeps them alive while they run. Shared by threads.
class RunningTurns {
 public:
  // At most `limit` calls of StreamReplies at a time.
  explicit RunningTurns(int limit) : places_(limit) {}

  // Room for one call, held by its turn and for as long as it is open; null when there is none.
  Places::Place TakePlace() { return places_.Take(); }

  // Adds a turn unless it runs here for another call: then that one is returned, else null. The
  // turn before may still be here, when all of it is stored and its client reads slowly.
  std::shared_ptr<TurnStream> Add(std::shared_ptr<TurnStream> turn);
  std::shared_ptr<TurnStream> Find(const BattleId& battle, int turn) const;
  void Remove(const TurnStream& turn);

  // Waits until no turn runs; whether that came true in time.
  bool WaitUntilEmpty(absl::Duration wait) const;

 private:
  // A battle and the number of its turn.
  using Key = std::pair<BattleId, int>;
  static Key KeyOf(const TurnStream& turn);

  Places places_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<Key, std::shared_ptr<TurnStream>> turns_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace arena::model_gateway
