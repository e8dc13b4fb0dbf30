#include "services/rating/rpc/leaderboard_views.h"

#include "services/rating/core/errors.h"

namespace arena::rating {

absl::StatusOr<LeaderboardViews::View> LeaderboardViews::Get(const std::string& board,
                                                             const LeaderboardQuery& query) {
  const SnapshotHub::SnapshotPtr snapshot = hub_.newest();
  if (snapshot == nullptr) return SnapshotNotFound();
  const BoardTables* tables = snapshot->Find(board);
  if (tables == nullptr) return BoardNotFound(board);
  const SnapshotHub::DirectoryPtr directory = hub_.directory();
  {
    absl::MutexLock lock(&mutex_);
    const auto cached = cached_.find({board, query});
    if (cached != cached_.end() && cached->second.snapshot == snapshot &&
        cached->second.directory == directory) {
      return cached->second.view;
    }
  }
  auto view = std::make_shared<const v1::Leaderboard>(
      ToProto(snapshot->header, *tables, query, *directory));
  absl::MutexLock lock(&mutex_);
  Cached& cached = cached_[{board, query}];
  // A slower thread must not put an older one back.
  if (cached.snapshot == nullptr || cached.snapshot->header.id <= snapshot->header.id) {
    cached = {.snapshot = snapshot, .directory = directory, .view = view};
  }
  return view;
}

}  // namespace arena::rating
