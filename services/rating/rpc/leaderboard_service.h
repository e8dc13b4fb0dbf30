#pragma once

#include "arena/v1/leaderboard_service.grpc.pb.h"
#include "common/rpc/environment.h"
#include "common/rpc/server_stream.h"
#include "common/rpc/unary_call.h"
#include "services/rating/live/snapshot_hub.h"
#include "services/rating/live/watch_list.h"
#include "services/rating/rpc/leaderboard_views.h"

namespace arena::rating {

// arena.v1.LeaderboardService. Every answer comes from memory.
class LeaderboardService : public v1::LeaderboardService::CallbackService {
 public:
  // What it borrows must outlive it; `watchers` are to be pushed when `hub` has a newer snapshot.
  LeaderboardService(rpc::Environment& environment, const SeriesSettings& settings,
                     SnapshotHub& hub, WatchList& watchers);

  grpc::ServerUnaryReactor* GetLeaderboard(grpc::CallbackServerContext* context,
                                           const v1::GetLeaderboardRequest* request,
                                           v1::GetLeaderboardResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchLeaderboardResponse>* WatchLeaderboard(
      grpc::CallbackServerContext* context, const v1::WatchLeaderboardRequest* request) override;
  grpc::ServerUnaryReactor* GetPairStatistics(grpc::CallbackServerContext* context,
                                              const v1::GetPairStatisticsRequest* request,
                                              v1::GetPairStatisticsResponse* response) override;

 private:
  const rpc::Method get_leaderboard_;
  const rpc::Method watch_leaderboard_;
  const rpc::Method get_pair_statistics_;
  const SeriesSettings settings_;
  SnapshotHub& hub_;
  WatchList& watchers_;
  LeaderboardViews views_;
};

}  // namespace arena::rating
