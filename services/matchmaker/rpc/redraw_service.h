#pragma once

#include "absl/status/statusor.h"
#include "arena/internal/v1/redraw_service.grpc.pb.h"
#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/rpc/calls/unary_call.h"
#include "common/rpc/server/environment.h"
#include "common/rpc/server/worker_pool.h"
#include "services/matchmaker/core/redraw_rules.h"
#include "services/matchmaker/metrics.h"
#include "services/matchmaker/storage/battle_store.h"
#include "services/matchmaker/storage/catalog_cache.h"

namespace arena::matchmaker {

// model-gateway's call. What is passed in outlives the service.
class RedrawService : public internal::v1::RedrawService::CallbackService {
 public:
  RedrawService(rpc::Environment& environment, rpc::WorkerPool& workers, const Clock& clock,
                Random& random, const CatalogCache& catalog, BattleStore& store, Metrics& metrics);

  grpc::ServerUnaryReactor* RedrawSide(grpc::CallbackServerContext* context,
                                       const internal::v1::RedrawSideRequest* request,
                                       internal::v1::RedrawSideResponse* response) override;

 private:
  // Decides and stores, again when another caller was faster.
  absl::StatusOr<Draw> RedrawAndStore(const BattleId& id, Side side, int draw_number);

  rpc::WorkerPool& workers_;
  const Clock& clock_;
  Random& random_;
  const CatalogCache& catalog_;
  BattleStore& store_;
  Metrics& metrics_;
  const rpc::Method redraw_side_;
};

}  // namespace arena::matchmaker
