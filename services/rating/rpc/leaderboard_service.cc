#include "services/rating/rpc/leaderboard_service.h"

#include <optional>
#include <utility>

#include "common/base/status_macros.h"
#include "common/rpc/calls/raw_message.h"
#include "services/rating/rpc/counts_answers.h"
#include "services/rating/rpc/leaderboard_query.h"
#include "services/rating/rpc/pair_pages.h"
#include "services/rating/rpc/past_leaderboard.h"
#include "services/rating/rpc/rating_history.h"
#include "services/rating/rpc/snapshot_pages.h"
#include "services/rating/rpc/watcher.h"

namespace arena::rating {

using grpc::ByteBuffer;

LeaderboardService::LeaderboardService(rpc::Environment& environment,
                                       const SeriesSettings& settings, SnapshotHub& hub,
                                       WatchList& watchers, SnapshotReader& reader,
                                       rpc::WorkerPool& readers)
    : get_leaderboard_(environment, "LeaderboardService/GetLeaderboard", rpc::kAllScopes),
      watch_leaderboard_(environment, "LeaderboardService/WatchLeaderboard", rpc::kAllScopes),
      list_snapshots_(environment, "LeaderboardService/ListSnapshots", rpc::kAllScopes),
      get_rating_history_(environment, "LeaderboardService/GetRatingHistory", rpc::kAllScopes),
      get_pair_statistics_(environment, "LeaderboardService/GetPairStatistics", rpc::kAllScopes),
      get_vote_statistics_(environment, "LeaderboardService/GetVoteStatistics", rpc::kAllScopes),
      predict_win_rate_(environment, "LeaderboardService/PredictWinRate", rpc::kAllScopes),
      list_categories_(environment, "LeaderboardService/ListCategories", rpc::kAllScopes),
      settings_(settings),
      hub_(hub),
      watchers_(watchers),
      reader_(reader),
      readers_(readers),
      views_(hub, settings_) {}

grpc::ServerUnaryReactor* LeaderboardService::GetLeaderboard(grpc::CallbackServerContext* context,
                                                             const ByteBuffer* request,
                                                             ByteBuffer* response) {
  return rpc::UnaryCall(
      get_leaderboard_, context, request, response,
      [this](const rpc::Call&, const ByteBuffer& kept, const rpc::Responder<ByteBuffer>& respond) {
        AnswerGet(kept, respond);
      });
}

void LeaderboardService::AnswerGet(const ByteBuffer& bytes,
                                   const rpc::Responder<ByteBuffer>& respond) {
  const auto request = rpc::ParseRaw<v1::GetLeaderboardRequest>(bytes);
  if (!request.ok()) return respond(request.status());
  const auto query = QueryOf(*request, settings_.boards);
  if (!query.ok()) return respond(query.status());
  const auto as_of = AsOfOf(*request);
  if (!as_of.ok()) return respond(as_of.status());
  if (!as_of->has_value()) {
    auto view = views_.Get(*query);
    if (!view.ok()) return respond(view.status());
    return respond(std::move(view->response));
  }
  const absl::Status accepted = readers_.Run([this, query = *query, as_of = **as_of, respond] {
    if (respond.has_ended()) return;
    const auto past = ReadPastLeaderboard(reader_, hub_, settings_, query, as_of);
    if (!past.ok()) return respond(past.status());
    respond(rpc::SerializeRaw(*past));
  });
  if (!accepted.ok()) respond(accepted);
}

grpc::ServerWriteReactor<ByteBuffer>* LeaderboardService::WatchLeaderboard(
    grpc::CallbackServerContext* context, const ByteBuffer* request) {
  return rpc::StreamCall<ByteBuffer>(
      watch_leaderboard_, {.latest_only = true}, context, request,
      [this](const rpc::Call&, const ByteBuffer& bytes,
             const std::shared_ptr<rpc::ServerStream<ByteBuffer>>& stream) {
        const auto asked = rpc::ParseRaw<v1::WatchLeaderboardRequest>(bytes);
        if (!asked.ok()) return stream->Finish(asked.status());
        const auto query = QueryOf(*asked, settings_.boards);
        if (!query.ok()) return stream->Finish(query.status());
        Watch<ByteBuffer>(
            watchers_, stream,
            [this, query = *query](int64_t known_id) -> std::optional<SnapshotMessage<ByteBuffer>> {
              auto view = views_.Get(query);
              // Before the board's first leaderboard there is nothing to send yet.
              if (!view.ok() || view->snapshot_id <= known_id) return std::nullopt;
              return SnapshotMessage<ByteBuffer>{.snapshot_id = view->snapshot_id,
                                                 .message = std::move(view->response)};
            });
      });
}

grpc::ServerUnaryReactor* LeaderboardService::ListSnapshots(grpc::CallbackServerContext* context,
                                                            const v1::ListSnapshotsRequest* request,
                                                            v1::ListSnapshotsResponse* response) {
  return rpc::BlockingCall(list_snapshots_, readers_, context, request, response,
                           [this](const rpc::Call&, const v1::ListSnapshotsRequest& kept) {
                             return ListSnapshotPage(reader_, kept);
                           });
}

grpc::ServerUnaryReactor* LeaderboardService::GetRatingHistory(
    grpc::CallbackServerContext* context, const v1::GetRatingHistoryRequest* request,
    v1::GetRatingHistoryResponse* response) {
  return rpc::BlockingCall(get_rating_history_, readers_, context, request, response,
                           [this](const rpc::Call&, const v1::GetRatingHistoryRequest& kept) {
                             return ReadHistoryPage(reader_, settings_.boards, hub_, kept);
                           });
}

grpc::ServerUnaryReactor* LeaderboardService::GetPairStatistics(
    grpc::CallbackServerContext* context, const v1::GetPairStatisticsRequest* request,
    v1::GetPairStatisticsResponse* response) {
  return rpc::UnaryCall(get_pair_statistics_, context, request, response,
                        [this](const rpc::Call&, const v1::GetPairStatisticsRequest& kept) {
                          return ReadPairPage(hub_, settings_.boards, pair_tables_, kept);
                        });
}

grpc::ServerUnaryReactor* LeaderboardService::GetVoteStatistics(
    grpc::CallbackServerContext* context, const v1::GetVoteStatisticsRequest* request,
    v1::GetVoteStatisticsResponse* response) {
  return rpc::UnaryCall(get_vote_statistics_, context, request, response,
                        [this](const rpc::Call&, const v1::GetVoteStatisticsRequest& kept) {
                          return ReadVoteStatistics(hub_, kept);
                        });
}

// A board may have to be fitted first, which is too long for a thread of gRPC.
grpc::ServerUnaryReactor* LeaderboardService::PredictWinRate(
    grpc::CallbackServerContext* context, const v1::PredictWinRateRequest* request,
    v1::PredictWinRateResponse* response) {
  return rpc::BlockingCall(predict_win_rate_, readers_, context, request, response,
                           [this](const rpc::Call&, const v1::PredictWinRateRequest& kept) {
                             return Predict(hub_, settings_.boards, fits_, kept);
                           });
}

grpc::ServerUnaryReactor* LeaderboardService::ListCategories(
    grpc::CallbackServerContext* context, const v1::ListCategoriesRequest* request,
    v1::ListCategoriesResponse* response) {
  return rpc::UnaryCall(
      list_categories_, context, request, response,
      [this](const rpc::Call&, const v1::ListCategoriesRequest&)
          -> absl::StatusOr<v1::ListCategoriesResponse> { return ListBoards(hub_, settings_); });
}

}  // namespace arena::rating
