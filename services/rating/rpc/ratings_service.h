#pragma once

#include "arena/internal/v1/ratings_service.grpc.pb.h"
#include "common/rpc/calls/server_stream.h"
#include "common/rpc/server/environment.h"
#include "services/rating/live/snapshot_hub.h"
#include "services/rating/live/watch_list.h"

namespace arena::rating {

// arena.internal.v1.RatingsService: what the matchmaker's draws may depend on. All models are
// named, so only our own services may call it.
class RatingsService : public internal::v1::RatingsService::CallbackService {
 public:
  // What it borrows must outlive it; `watchers` are to be pushed when `hub` has a newer snapshot.
  RatingsService(rpc::Environment& environment, const SnapshotHub& hub, WatchList& watchers)
      : watch_ratings_(environment, "RatingsService/WatchRatings", rpc::Scope::kService),
        hub_(hub),
        watchers_(watchers) {}

  grpc::ServerWriteReactor<internal::v1::WatchRatingsResponse>* WatchRatings(
      grpc::CallbackServerContext* context,
      const internal::v1::WatchRatingsRequest* request) override;

 private:
  const rpc::Method watch_ratings_;
  const SnapshotHub& hub_;
  WatchList& watchers_;
};

}  // namespace arena::rating
