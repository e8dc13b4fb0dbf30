#include "services/model-gateway/rpc/running_turns.h"

#include "services/model-gateway/rpc/turn_stream.h"

namespace arena::model_gateway {

RunningTurns::Key RunningTurns::KeyOf(const TurnStream& turn) {
  return {turn.start().battle, turn.start().turn};
}

std::shared_ptr<TurnStream> RunningTurns::Add(std::shared_ptr<TurnStream> turn) {
  const Key key = KeyOf(*turn);
  absl::MutexLock lock(&mutex_);
  const auto [entry, is_new] = turns_.try_emplace(key, std::move(turn));
  return is_new ? nullptr : entry->second;
}

std::shared_ptr<TurnStream> RunningTurns::Find(const BattleId& battle, int turn) const {
  absl::MutexLock lock(&mutex_);
  const auto found = turns_.find(Key(battle, turn));
  return found == turns_.end() ? nullptr : found->second;
}

void RunningTurns::Remove(const TurnStream& turn) {
  std::shared_ptr<TurnStream> removed;  // goes after the lock: it gives its place back
  absl::MutexLock lock(&mutex_);
  const auto found = turns_.find(KeyOf(turn));
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
