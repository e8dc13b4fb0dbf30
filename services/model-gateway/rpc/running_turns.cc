#include "services/model-gateway/rpc/running_turns.h"

#include <utility>

namespace arena::model_gateway {

std::shared_ptr<TurnStream> RunningTurns::Add(const BattleId& battle,
                                              std::shared_ptr<TurnStream> turn) {
  absl::MutexLock lock(&mutex_);
  const auto [entry, is_new] = turns_.try_emplace(battle, std::move(turn));
  return is_new ? nullptr : entry->second;
}

std::shared_ptr<TurnStream> RunningTurns::Find(const BattleId& battle) const {
  absl::MutexLock lock(&mutex_);
  const auto found = turns_.find(battle);
  return found == turns_.end() ? nullptr : found->second;
}

void RunningTurns::Remove(const BattleId& battle) {
  std::shared_ptr<TurnStream> removed;  // goes after the lock: it gives its place back
  absl::MutexLock lock(&mutex_);
  const auto found = turns_.find(battle);
  if (found == turns_.end()) return;
  removed = std::move(found->second);
  turns_.erase(found);
}

bool RunningTurns::WaitUntilEmpty(absl::Duration wait) const {
  const auto is_empty = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return turns_.empty(); };
  absl::MutexLock lock(&mutex_);
  return mutex_.AwaitWithTimeout(absl::Condition(&is_empty), wait);
}

}  // namespace arena::model_gateway
