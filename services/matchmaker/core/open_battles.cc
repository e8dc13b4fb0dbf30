#include "services/matchmaker/core/open_battles.h"

#include <utility>

#include "common/base/errors.h"

namespace arena::matchmaker {
namespace {

int64_t CountOf(const BattleCounts& counts, const std::string& frontend) {
  const auto found = counts.find(frontend);
  return found == counts.end() ? 0 : found->second;
}

int64_t Sum(const BattleCounts& counts) {
  int64_t sum = 0;
  for (const auto& [frontend, count] : counts) sum += count;
  return sum;
}

}  // namespace

absl::Status OpenBattles::Admit(const std::string& frontend) const {
  absl::MutexLock lock(&mutex_);
  const int64_t open = CountOf(counted_, frontend) + CountOf(made_, frontend);
  return open < limit_ ? absl::OkStatus() : Overloaded("kOpenBattles");
}

void OpenBattles::Made(const std::string& frontend) {
  absl::MutexLock lock(&mutex_);
  ++made_[frontend];
  ++made_meanwhile_[frontend];
}

void OpenBattles::BeginCount() {
  absl::MutexLock lock(&mutex_);
  made_meanwhile_.clear();
}

void OpenBattles::EndCount(BattleCounts counted) {
  absl::MutexLock lock(&mutex_);
  counted_ = std::move(counted);
  made_ = std::exchange(made_meanwhile_, BattleCounts());
}

int64_t OpenBattles::total() const {
  absl::MutexLock lock(&mutex_);
  return Sum(counted_) + Sum(made_);
}

}  // namespace arena::matchmaker
