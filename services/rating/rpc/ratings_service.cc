#include "services/rating/rpc/ratings_service.h"

#include <optional>

#include "services/rating/rpc/convert.h"
#include "services/rating/rpc/watcher.h"

namespace arena::rating {

grpc::ServerWriteReactor<internal::v1::WatchRatingsResponse>* RatingsService::WatchRatings(
    grpc::CallbackServerContext* context, const internal::v1::WatchRatingsRequest* request) {
  using Response = internal::v1::WatchRatingsResponse;
  return rpc::StreamCall<Response>(
      watch_ratings_, {.latest_only = true}, context, request,
      [this](const rpc::Call&, const internal::v1::WatchRatingsRequest&,
             std::shared_ptr<rpc::ServerStream<Response>> stream) {
        Watch<Response>(
            watchers_, stream,
            [this](int64_t known_id) -> std::optional<SnapshotMessage<Response>> {
              const SnapshotPtr newest = hub_.newest(Series::kCounts);
              const CountsViewPtr counts = hub_.counts();
              if (newest == nullptr || counts == nullptr || newest->header.id <= known_id) {
                return std::nullopt;
              }
              // Counts of a replica that still reads the log do not know all of its models.
              if (counts->position < newest->header.position) return std::nullopt;
              const TablePtr overall = newest->Find("overall");
              if (overall == nullptr) return std::nullopt;
              return SnapshotMessage<Response>{
                  .snapshot_id = newest->header.id,
                  .message = RatingsOf(
                      newest->header, *overall,
                      MakePairTable(*counts->models, *counts->boards[kOverallBoard].counts))};
            });
      });
}

}  // namespace arena::rating
