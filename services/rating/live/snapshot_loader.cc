#include "services/rating/live/snapshot_loader.h"

#include <algorithm>
#include <memory>

#include "common/base/status_macros.h"

namespace arena::rating {

absl::Status SnapshotLoader::LoadNewer() {
  const SnapshotHub::SnapshotPtr newest = hub_.newest();
  ARENA_ASSIGN_OR_RETURN(auto newer, store_.ReadNewer(newest == nullptr ? 0 : newest->header.id));
  if (newer) Adopt(std::make_shared<const Snapshot>(*std::move(newer)));
  return absl::OkStatus();
}

absl::Status SnapshotLoader::RefreshDirectory() {
  ARENA_ASSIGN_OR_RETURN(ModelDirectory directory, models_.ReadDirectory());
  hub_.Adopt(std::move(directory));
  return absl::OkStatus();
}

void SnapshotLoader::Adopt(SnapshotHub::SnapshotPtr snapshot) {
  // A model's first votes may be faster than the next look at the directory, and what the directory
  // does not know is not listed. A failure heals with that next look.
  if (!KnowsAllModels(*snapshot)) RefreshDirectory().IgnoreError();
  const SnapshotHeader header = snapshot->header;
  if (!hub_.Adopt(std::move(snapshot))) return;
  metrics_.Adopted(header.position);
  follower_.NoteCovered(header.position, header.publish_time);
  on_newer_();
}

bool SnapshotLoader::KnowsAllModels(const Snapshot& snapshot) const {
  const SnapshotHub::DirectoryPtr directory = hub_.directory();
  return std::all_of(snapshot.boards.begin(), snapshot.boards.end(), [&](const BoardTables& board) {
    return std::all_of(board.pairs.models.begin(), board.pairs.models.end(),
                       [&](const std::string& model) { return directory->contains(model); });
  });
}

}  // namespace arena::rating
