#include "services/rating/rpc/rating_history.h"

#include <algorithm>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "services/rating/core/answers/page_token.h"
#include "services/rating/core/snapshots/leaderboard_json.h"
#include "services/rating/rpc/convert.h"
#include "services/rating/rpc/leaderboard_query.h"

namespace arena::rating {
namespace {

constexpr char kHistoryCall[] = "history";

struct HistoryQuery {
  HistoryFilter filter;
  absl::flat_hash_set<std::string> models;
  HistoryUntil until;
  int page_size = limits::kDefaultPageHistory;
};

absl::StatusOr<absl::Duration> StepOf(const google::protobuf::Duration& step) {
  const absl::Duration duration = absl::Seconds(step.seconds());
  if (step.nanos() != 0 || duration < absl::ZeroDuration() || duration > limits::kHistoryStep) {
    return FieldInvalid("step", "whole seconds, 0 to 366 days");
  }
  return duration;
}

absl::StatusOr<HistoryFilter> FilterOf(const v1::GetRatingHistoryRequest& request,
                                       const BoardSet& boards) {
  HistoryFilter filter;
  ARENA_ASSIGN_OR_RETURN(filter.board, BoardOf(request.board(), boards));
  ARENA_ASSIGN_OR_RETURN(filter.series,
                         SeriesOf(filter.board, request.method(), request.style_control(), boards));
  if (request.has_start_time()) {
    ARENA_ASSIGN_OR_RETURN(filter.start_time, TimeOf("start_time", request.start_time()));
  }
  if (request.has_end_time()) {
    ARENA_ASSIGN_OR_RETURN(filter.end_time, TimeOf("end_time", request.end_time()));
  }
  ARENA_ASSIGN_OR_RETURN(filter.step, StepOf(request.step()));
  return filter;
}

absl::StatusOr<HistoryQuery> Validate(const v1::GetRatingHistoryRequest& request,
                                      const BoardSet& boards, const SnapshotHub& hub) {
  HistoryQuery query;
  ARENA_ASSIGN_OR_RETURN(query.filter, FilterOf(request, boards));
  ARENA_RETURN_IF_ERROR(CheckRange("kHistoryModels", "models", request.models_size(), 1,
                                   limits::kHistoryModels, "models"));
  for (const std::string& model : request.models()) {
    ARENA_RETURN_IF_ERROR(CheckNamed(model, hub));
    query.models.insert(model);
  }
  ARENA_ASSIGN_OR_RETURN(query.page_size,
                         PageSizeOf(request.page_size(), {.standard = limits::kDefaultPageHistory,
                                                          .most = limits::kMaxPageHistory,
                                                          .name = "kMaxPageHistory"}));
  if (!request.page_token().empty()) {
    ARENA_ASSIGN_OR_RETURN(const PageStart start,
                           ParsePageToken(kHistoryCall, request.page_token()));
    query.until = {.position = start.major, .id = start.minor};
  }
  return query;
}

absl::StatusOr<v1::RatingHistoryPoint> PointOf(const StoredSnapshot& snapshot,
                                               const HistoryQuery& query) {
  ARENA_ASSIGN_OR_RETURN(const Leaderboard leaderboard,
                         ParseLeaderboard(snapshot.tables.front().content));
  v1::RatingHistoryPoint point;
  point.set_snapshot_id(snapshot.header.id);
  point.set_position(snapshot.header.position);
  *point.mutable_publish_time() = ToProto(snapshot.header.publish_time);
  for (const LeaderboardRow& row : leaderboard.models) {
    if (query.models.contains(row.model)) *point.add_rows() = ToProto(row);
  }
  return point;
}

}  // namespace

absl::StatusOr<v1::GetRatingHistoryResponse> ReadHistoryPage(
    SnapshotReader& reader, const BoardSet& boards, const SnapshotHub& hub,
    const v1::GetRatingHistoryRequest& request) {
  ARENA_ASSIGN_OR_RETURN(HistoryQuery query, Validate(request, boards, hub));
  v1::GetRatingHistoryResponse page;
  while (true) {
    // One more than fits tells that there is a next page.
    const int wanted = std::min(limits::kHistoryBatch, query.page_size - page.points_size() + 1);
    ARENA_ASSIGN_OR_RETURN(const auto snapshots,
                           reader.ReadHistory(query.filter, query.until, wanted));
    for (const StoredSnapshot& snapshot : snapshots) {
      if (page.points_size() == query.page_size) {
        page.set_next_page_token(
            ToPageToken(kHistoryCall, {.major = query.until.position, .minor = query.until.id}));
        return page;
      }
      ARENA_ASSIGN_OR_RETURN(*page.add_points(), PointOf(snapshot, query));
      query.until = {.position = snapshot.header.position, .id = snapshot.header.id};
    }
    if (static_cast<int>(snapshots.size()) < wanted) return page;
  }
}

}  // namespace arena::rating
