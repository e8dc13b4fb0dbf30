#pragma once

#include "arena/v1/leaderboard_service.grpc.pb.h"
#include "common/rpc/calls/server_stream.h"
#include "common/rpc/calls/unary_call.h"
#include "common/rpc/server/environment.h"
#include "common/rpc/server/worker_pool.h"
#include "services/rating/core/answers/board_fit.h"
#include "services/rating/core/answers/pair_table.h"
#include "services/rating/live/snapshot_hub.h"
#include "services/rating/live/watch_list.h"
#include "services/rating/rpc/board_memo.h"
#include "services/rating/rpc/leaderboard_views.h"
#include "services/rating/storage/snapshot_reader.h"

namespace arena::rating {

// arena.v1.LeaderboardService. The newest of everything comes from memory, the past from the
// database. The two calls that most readers make take and give bytes, so that a leaderboard is
// serialized once for all of them.
class LeaderboardService : public v1::LeaderboardService::WithRawCallbackMethod_GetLeaderboard<
                               v1::LeaderboardService::WithRawCallbackMethod_WatchLeaderboard<
                                   v1::LeaderboardService::CallbackService>> {
 public:
  // What it borrows must outlive it; `watchers` are to be pushed when `hub` has a newer snapshot,
  // `readers` are the threads that wait for the database or a fit.
  LeaderboardService(rpc::Environment& environment, const SeriesSettings& settings,
                     SnapshotHub& hub, WatchList& watchers, SnapshotReader& reader,
                     rpc::WorkerPool& readers);

  grpc::ServerUnaryReactor* GetLeaderboard(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchLeaderboard(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) override;
  grpc::ServerUnaryReactor* ListSnapshots(grpc::CallbackServerContext* context,
                                          const v1::ListSnapshotsRequest* request,
                                          v1::ListSnapshotsResponse* response) override;
  grpc::ServerUnaryReactor* GetRatingHistory(grpc::CallbackServerContext* context,
                                             const v1::GetRatingHistoryRequest* request,
                                             v1::GetRatingHistoryResponse* response) override;
  grpc::ServerUnaryReactor* GetPairStatistics(grpc::CallbackServerContext* context,
                                              const v1::GetPairStatisticsRequest* request,
                                              v1::GetPairStatisticsResponse* response) override;
  grpc::ServerUnaryReactor* GetVoteStatistics(grpc::CallbackServerContext* context,
                                              const v1::GetVoteStatisticsRequest* request,
                                              v1::GetVoteStatisticsResponse* response) override;
  grpc::ServerUnaryReactor* PredictWinRate(grpc::CallbackServerContext* context,
                                           const v1::PredictWinRateRequest* request,
                                           v1::PredictWinRateResponse* response) override;
  grpc::ServerUnaryReactor* ListCategories(grpc::CallbackServerContext* context,
                                           const v1::ListCategoriesRequest* request,
                                           v1::ListCategoriesResponse* response) override;

 private:
  void AnswerGet(const grpc::ByteBuffer& request, const rpc::Responder<grpc::ByteBuffer>& respond);

  const rpc::Method get_leaderboard_;
  const rpc::Method watch_leaderboard_;
  const rpc::Method list_snapshots_;
  const rpc::Method get_rating_history_;
  const rpc::Method get_pair_statistics_;
  const rpc::Method get_vote_statistics_;
  const rpc::Method predict_win_rate_;
  const rpc::Method list_categories_;
  const SeriesSettings settings_;
  SnapshotHub& hub_;
  WatchList& watchers_;
  SnapshotReader& reader_;
  rpc::WorkerPool& readers_;
  LeaderboardViews views_;
  BoardMemo<PairTable> pair_tables_;
  BoardMemo<BoardFit> fits_;
};

}  // namespace arena::rating
