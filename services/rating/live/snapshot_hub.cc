#include "services/rating/live/snapshot_hub.h"

#include "common/base/limits.h"

namespace arena::rating {

bool SnapshotHub::Adopt(SnapshotPtr snapshot) {
  absl::MutexLock lock(&mutex_);
  if (newest_ != nullptr && snapshot->header.id <= newest_->header.id) return false;
  newest_ = std::move(snapshot);
  return true;
}

void SnapshotHub::Adopt(ModelDirectory directory) {
  absl::MutexLock lock(&mutex_);
  if (*directory_ == directory) return;
  directory_ = std::make_shared<const ModelDirectory>(std::move(directory));
}

SnapshotHub::SnapshotPtr SnapshotHub::newest() const {
  absl::MutexLock lock(&mutex_);
  return newest_;
}

SnapshotHub::DirectoryPtr SnapshotHub::directory() const {
  absl::MutexLock lock(&mutex_);
  return directory_;
}

void SnapshotHub::Hold(SnapshotPtr snapshot) {
  absl::MutexLock lock(&mutex_);
  for (const SnapshotPtr& held : held_) {
    if (held == snapshot) return;
  }
  held_.push_back(std::move(snapshot));
  if (held_.size() > limits::kHeldSnapshots) held_.pop_front();
}

SnapshotHub::SnapshotPtr SnapshotHub::Find(int64_t snapshot_id) const {
  absl::MutexLock lock(&mutex_);
  if (newest_ != nullptr && newest_->header.id == snapshot_id) return newest_;
  for (const SnapshotPtr& held : held_) {
    if (held->header.id == snapshot_id) return held;
  }
  return nullptr;
}

}  // namespace arena::rating
