#include "services/rating/rpc/leaderboard_service.h"

#include <optional>

#include "common/base/status_macros.h"
#include "services/rating/rpc/leaderboard_query.h"
#include "services/rating/rpc/pair_pages.h"
#include "services/rating/rpc/watcher.h"

namespace arena::rating {

LeaderboardService::LeaderboardService(rpc::Environment& environment,
                                       const SeriesSettings& settings, SnapshotHub& hub,
                                       WatchList& watchers)
    : get_leaderboard_(environment, "LeaderboardService/GetLeaderboard", rpc::kAllScopes),
      watch_leaderboard_(environment, "LeaderboardService/WatchLeaderboard", rpc::kAllScopes),
      get_pair_statistics_(environment, "LeaderboardService/GetPairStatistics", rpc::kAllScopes),
      settings_(settings),
      hub_(hub),
      watchers_(watchers),
      views_(hub, settings_) {}

grpc::ServerUnaryReactor* LeaderboardService::GetLeaderboard(
    grpc::CallbackServerContext* context, const v1::GetLeaderboardRequest* request,
    v1::GetLeaderboardResponse* response) {
  return rpc::UnaryCall(
      get_leaderboard_, context, request, response,
      [this](const rpc::Call&,
             const v1::GetLeaderboardRequest& kept) -> absl::StatusOr<v1::GetLeaderboardResponse> {
        ARENA_ASSIGN_OR_RETURN(const LeaderboardQuery query, QueryOf(kept, settings_.boards));
        ARENA_ASSIGN_OR_RETURN(const auto view, views_.Get(query));
        v1::GetLeaderboardResponse answer;
        *answer.mutable_leaderboard() = *view;
        return answer;
      });
}

grpc::ServerWriteReactor<v1::WatchLeaderboardResponse>* LeaderboardService::WatchLeaderboard(
    grpc::CallbackServerContext* context, const v1::WatchLeaderboardRequest* request) {
  using Response = v1::WatchLeaderboardResponse;
  return rpc::StreamCall<Response>(
      watch_leaderboard_, {.latest_only = true}, context, request,
      [this](const rpc::Call&, const v1::WatchLeaderboardRequest& asked,
             std::shared_ptr<rpc::ServerStream<Response>> stream) {
        const auto query = QueryOf(asked, settings_.boards);
        if (!query.ok()) return stream->Finish(query.status());
        Watch<Response>(
            watchers_, stream,
            [this, query = *query](int64_t known_id) -> std::optional<SnapshotMessage<Response>> {
              const auto view = views_.Get(query);
              // Before the first snapshot there is nothing to send yet.
              if (!view.ok()) return std::nullopt;
              const int64_t id = (*view)->snapshot().snapshot_id();
              if (id <= known_id) return std::nullopt;
              SnapshotMessage<Response> newest{.snapshot_id = id, .message = {}};
              *newest.message.mutable_leaderboard() = **view;
              return newest;
            });
      });
}

grpc::ServerUnaryReactor* LeaderboardService::GetPairStatistics(
    grpc::CallbackServerContext* context, const v1::GetPairStatisticsRequest* request,
    v1::GetPairStatisticsResponse* response) {
  return rpc::UnaryCall(get_pair_statistics_, context, request, response,
                        [this](const rpc::Call&, const v1::GetPairStatisticsRequest& kept) {
                          return ReadPairPage(hub_, settings_.boards, kept);
                        });
}

}  // namespace arena::rating
