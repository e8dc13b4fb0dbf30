#include "services/rating/live/snapshot_hub.h"

#include <utility>

#include "common/base/limits.h"

namespace arena::rating {

bool SnapshotHub::Adopt(SnapshotPtr snapshot) {
  absl::MutexLock lock(&mutex_);
  SnapshotPtr& newest = newest_[static_cast<size_t>(snapshot->header.series)];
  if (newest != nullptr && snapshot->header.id <= newest->header.id) return false;
  newest = std::move(snapshot);
  return true;
}

void SnapshotHub::Adopt(CountsViewPtr counts) {
  absl::MutexLock lock(&mutex_);
  if (counts_ == nullptr || counts_->position <= counts->position) counts_ = std::move(counts);
}

void SnapshotHub::Adopt(ModelDirectory directory) {
  absl::MutexLock lock(&mutex_);
  if (*directory_ == directory) return;
  directory_ = std::make_shared<const ModelDirectory>(std::move(directory));
}

SnapshotPtr SnapshotHub::newest(Series series) const {
  absl::MutexLock lock(&mutex_);
  return newest_[static_cast<size_t>(series)];
}

CountsViewPtr SnapshotHub::counts() const {
  absl::MutexLock lock(&mutex_);
  return counts_;
}

SnapshotHub::DirectoryPtr SnapshotHub::directory() const {
  absl::MutexLock lock(&mutex_);
  return directory_;
}

void SnapshotHub::Hold(CountsViewPtr counts) {
  absl::MutexLock lock(&mutex_);
  std::erase(held_, counts);
  held_.push_back(std::move(counts));
  if (held_.size() > limits::kHeldCounts) held_.pop_front();
}

CountsViewPtr SnapshotHub::FindCounts(int64_t position) const {
  absl::MutexLock lock(&mutex_);
  if (counts_ != nullptr && counts_->position == position) return counts_;
  for (const CountsViewPtr& held : held_) {
    if (held->position == position) return held;
  }
  return nullptr;
}

}  // namespace arena::rating
