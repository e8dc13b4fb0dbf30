#include "services/rating/rpc/leaderboard_views.h"

#include "arena/v1/leaderboard_service.pb.h"
#include "common/rpc/calls/raw_message.h"
#include "services/rating/core/answers/errors.h"

namespace arena::rating {

static_assert(int{v1::GetLeaderboardResponse::kLeaderboardFieldNumber} ==
                  int{v1::WatchLeaderboardResponse::kLeaderboardFieldNumber},
              "One serialization serves both.");

absl::StatusOr<LeaderboardViews::View> LeaderboardViews::Get(const LeaderboardQuery& query) {
  const SnapshotPtr snapshot = hub_.newest(query.series);
  if (snapshot == nullptr) return SnapshotNotFound();
  const TablePtr table = snapshot->Find(query.board);
  if (table == nullptr) {
    return BoardNotPublished(query.board,
                             MinimumVotes(settings_, *settings_.boards.Find(query.board)));
  }
  const SnapshotHub::DirectoryPtr directory = hub_.directory();
  {
    absl::MutexLock lock(&mutex_);
    const auto cached = cached_.find(query);
    if (cached != cached_.end() && cached->second.snapshot == snapshot &&
        cached->second.directory == directory) {
      return cached->second.view;
    }
  }
  const CountsViewPtr counts = hub_.counts();
  View view = Make(query, *snapshot, *table, *directory, counts.get());
  // A replica that still reads the log cannot yet say why models do not compare.
  if (counts == nullptr || counts->position < snapshot->header.position) return view;
  absl::MutexLock lock(&mutex_);
  Cached& cached = cached_[query];
  // A slower thread must not put an older one back.
  if (cached.snapshot == nullptr || cached.snapshot->header.id <= snapshot->header.id) {
    cached = {.snapshot = snapshot, .directory = directory, .view = view};
  }
  return view;
}

LeaderboardViews::View LeaderboardViews::Make(const LeaderboardQuery& query,
                                              const Snapshot& snapshot, const Table& table,
                                              const ModelDirectory& directory,
                                              const CountsView* counts) const {
  v1::GetLeaderboardResponse response;
  *response.mutable_leaderboard() =
      ToProto(snapshot.header, table, query.include_retired, directory,
              {.counts = counts, .board = *settings_.boards.Find(query.board)});
  return {.snapshot_id = snapshot.header.id, .response = rpc::SerializeRaw(response)};
}

}  // namespace arena::rating
