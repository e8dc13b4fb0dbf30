#include "services/rating/live/snapshot_loader.h"

#include <algorithm>
#include <memory>

#include "common/base/status_macros.h"

namespace arena::rating {

absl::Status SnapshotLoader::LoadNewer() {
  absl::Status status;
  for (const Series series : kAllSeries) {
    const SnapshotPtr newest = hub_.newest(series);
    auto newer = store_.ReadNewer(series, newest == nullptr ? 0 : newest->header.id);
    status.Update(newer.status());
    if (newer.ok() && *newer) Adopt(std::make_shared<const Snapshot>(**std::move(newer)));
  }
  return status;
}

absl::Status SnapshotLoader::RefreshDirectory() {
  ARENA_ASSIGN_OR_RETURN(ModelDirectory directory, models_.ReadDirectory());
  hub_.Adopt(std::move(directory));
  return absl::OkStatus();
}

void SnapshotLoader::Adopt(SnapshotPtr snapshot) {
  // A model's first votes may be faster than the next look at the directory, and what the directory
  // does not know is not listed. A failure heals with that next look.
  if (!KnowsAllModels(*snapshot)) RefreshDirectory().IgnoreError();
  const SnapshotHeader header = snapshot->header;
  if (!hub_.Adopt(std::move(snapshot))) return;
  metrics_.Adopted(header.series, header.position);
  if (header.series == Series::kCounts) {
    follower_.NoteCovered(header.position, header.publish_time);
  }
  on_newer_();
}

// Every model with a vote is on the board of all votes.
bool SnapshotLoader::KnowsAllModels(const Snapshot& snapshot) const {
  const SnapshotHub::DirectoryPtr directory = hub_.directory();
  const TablePtr overall = snapshot.Find("overall");
  return overall == nullptr ||
         std::ranges::all_of(overall->leaderboard.models, [&](const LeaderboardRow& row) {
           return directory->contains(row.model);
         });
}

}  // namespace arena::rating
