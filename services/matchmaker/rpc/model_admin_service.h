#pragma once

#include "arena/v1/model_admin_service.grpc.pb.h"
#include "common/rpc/calls/unary_call.h"
#include "common/rpc/server/environment.h"
#include "common/rpc/server/worker_pool.h"
#include "services/matchmaker/storage/catalog_cache.h"
#include "services/matchmaker/storage/model_store.h"

namespace arena::matchmaker {

// Operators' calls on models. After an apply this replica draws by the new models at once. What is
// passed in outlives the service.
class ModelAdminService : public v1::ModelAdminService::CallbackService {
 public:
  ModelAdminService(rpc::Environment& environment, rpc::WorkerPool& workers, ModelStore& store,
                    CatalogCache& catalog);

  grpc::ServerUnaryReactor* ApplyModels(grpc::CallbackServerContext* context,
                                        const v1::ApplyModelsRequest* request,
                                        v1::ApplyModelsResponse* response) override;
  grpc::ServerUnaryReactor* ListAllModels(grpc::CallbackServerContext* context,
                                          const v1::ListAllModelsRequest* request,
                                          v1::ListAllModelsResponse* response) override;

 private:
  rpc::WorkerPool& workers_;
  ModelStore& store_;
  CatalogCache& catalog_;
  const rpc::Method apply_models_;
  const rpc::Method list_all_models_;
};

}  // namespace arena::matchmaker
