#include "tools/demo-models/core/ledger.h"

#include <algorithm>
#include <utility>

namespace arena::demo {

ModelStats Stats::Total() const {
  ModelStats total;
  for (const auto& [name, model] : models) {
    total.requests += model.requests;
    total.active += model.active;
    total.completed += model.completed;
    total.closed_by_client += model.closed_by_client;
    total.faults += model.faults;
    total.deltas_sent += model.deltas_sent;
    total.last_request_us = std::max(total.last_request_us, model.last_request_us);
    total.last_close_us = std::max(total.last_close_us, model.last_close_us);
  }
  return total;
}

void Ledger::Began(const std::string& model, bool has_fault, int64_t now_us) {
  const absl::MutexLock lock(&mutex_);
  ModelStats& stats = stats_.models[model];
  ++stats.requests;
  ++stats.active;
  stats.faults += has_fault ? 1 : 0;
  stats.last_request_us = now_us;
}

void Ledger::SentDelta(const std::string& model) {
  const absl::MutexLock lock(&mutex_);
  ++stats_.models[model].deltas_sent;
}

void Ledger::Ended(Ending ending, ClientClose close) {
  const absl::MutexLock lock(&mutex_);
  ModelStats& stats = stats_.models[close.model];
  --stats.active;
  if (ending == Ending::kCompleted) {
    ++stats.completed;
    return;
  }
  ++stats.closed_by_client;
  stats.last_close_us = close.closed_us;
  if (close.prompt.size() > kMaxPromptBytes) close.prompt.resize(kMaxPromptBytes);
  stats_.recent_closes.push_back(std::move(close));
  if (stats_.recent_closes.size() > kMaxRecentCloses) stats_.recent_closes.pop_front();
}

Stats Ledger::Get() const {
  const absl::MutexLock lock(&mutex_);
  return stats_;
}

bool Ledger::WaitUntil(const std::function<bool(const Stats&)>& condition,
                       absl::Duration wait) const {
  const absl::MutexLock lock(&mutex_);
  const auto holds = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return condition(stats_); };
  return mutex_.AwaitWithTimeout(absl::Condition(&holds), wait);
}

}  // namespace arena::demo
