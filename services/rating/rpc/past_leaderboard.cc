#include "services/rating/rpc/past_leaderboard.h"

#include <utility>

#include "common/base/status_macros.h"
#include "services/rating/core/answers/errors.h"
#include "services/rating/core/snapshots/leaderboard_json.h"
#include "services/rating/rpc/convert.h"

namespace arena::rating {

absl::StatusOr<v1::GetLeaderboardResponse> ReadPastLeaderboard(SnapshotReader& reader,
                                                               const SnapshotHub& hub,
                                                               const SeriesSettings& settings,
                                                               const LeaderboardQuery& query,
                                                               const AsOf& as_of) {
  ARENA_ASSIGN_OR_RETURN(auto snapshot, reader.ReadBoard(query.series, as_of, query.board));
  if (!snapshot) return SnapshotNotRetained();
  if (snapshot->tables.empty()) {
    return BoardNotPublished(query.board,
                             MinimumVotes(settings, *settings.boards.Find(query.board)));
  }
  EncodedTable& stored = snapshot->tables.front();
  ARENA_ASSIGN_OR_RETURN(Leaderboard leaderboard, ParseLeaderboard(stored.content));
  const Table table{.board = std::move(stored.board),
                    .method = std::move(stored.method),
                    .content = "",
                    .leaderboard = std::move(leaderboard)};
  v1::GetLeaderboardResponse response;
  *response.mutable_leaderboard() =
      ToProto(snapshot->header, table, query.include_retired, *hub.directory(), {});
  return response;
}

}  // namespace arena::rating
