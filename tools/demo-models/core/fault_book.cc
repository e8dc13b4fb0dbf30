#include "tools/demo-models/core/fault_book.h"

namespace arena::demo {

void FaultBook::Arm(const std::string& model, Fault fault, int times) {
  const absl::MutexLock lock(&mutex_);
  if (times > 0) {
    armed_.insert_or_assign(model, Armed{fault, times});
  } else {
    armed_.erase(model);
  }
}

std::optional<Fault> FaultBook::Take(std::string_view model) {
  const absl::MutexLock lock(&mutex_);
  const auto armed = armed_.find(model);
  if (armed == armed_.end()) return std::nullopt;
  const Fault fault = armed->second.fault;
  if (--armed->second.times == 0) armed_.erase(armed);
  return fault;
}

void FaultBook::Clear() {
  const absl::MutexLock lock(&mutex_);
  armed_.clear();
}

}  // namespace arena::demo
