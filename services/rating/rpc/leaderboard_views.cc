#include "services/rating/rpc/leaderboard_views.h"

#include "services/rating/core/errors.h"

namespace arena::rating {

absl::StatusOr<LeaderboardViews::View> LeaderboardViews::Get(const LeaderboardQuery& query) {
  const SnapshotPtr snapshot = hub_.newest(query.series);
  if (snapshot == nullptr) return SnapshotNotFound();
  const TablePtr table = snapshot->Find(query.board);
  if (table == nullptr) return BoardNotPublished(query.board, settings_.board_minimum_votes);
  const SnapshotHub::DirectoryPtr directory = hub_.directory();
  {
    absl::MutexLock lock(&mutex_);
    const auto cached = cached_.find(query);
    if (cached != cached_.end() && cached->second.snapshot == snapshot &&
        cached->second.directory == directory) {
      return cached->second.view;
    }
  }
  auto view = std::make_shared<const v1::Leaderboard>(
      ToProto(snapshot->header, *table, query.include_retired, *directory));
  absl::MutexLock lock(&mutex_);
  Cached& cached = cached_[query];
  // A slower thread must not put an older one back.
  if (cached.snapshot == nullptr || cached.snapshot->header.id <= snapshot->header.id) {
    cached = {.snapshot = snapshot, .directory = directory, .view = view};
  }
  return view;
}

}  // namespace arena::rating
