#include "services/matchmaker/rpc/model_admin_service.h"

#include <string>
#include <utility>
#include <vector>

#include "common/base/status_macros.h"
#include "common/lifecycle/log.h"
#include "services/matchmaker/rpc/convert.h"
#include "services/matchmaker/rpc/model_page.h"

namespace arena::matchmaker {

ModelAdminService::ModelAdminService(rpc::Environment& environment, rpc::WorkerPool& workers,
                                     ModelStore& store, CatalogCache& catalog)
    : workers_(workers),
      store_(store),
      catalog_(catalog),
      apply_models_(environment, "ModelAdminService/ApplyModels", rpc::Scope::kOperator),
      list_all_models_(environment, "ModelAdminService/ListAllModels", rpc::Scope::kOperator) {}

grpc::ServerUnaryReactor* ModelAdminService::ApplyModels(grpc::CallbackServerContext* context,
                                                         const v1::ApplyModelsRequest* request,
                                                         v1::ApplyModelsResponse* response) {
  return rpc::BlockingCall(
      apply_models_, workers_, context, request, response,
      [this](const rpc::Call& call,
             const v1::ApplyModelsRequest& kept) -> absl::StatusOr<v1::ApplyModelsResponse> {
        ARENA_ASSIGN_OR_RETURN(const std::vector<ModelSpec> specs, SpecsOf(kept));
        ARENA_ASSIGN_OR_RETURN(const ApplyCounts counts, store_.Apply(specs, kept.reason()));
        lifecycle::LogInfo("Models applied.", {{"by", call.principal.name},
                                               {"added", counts.added},
                                               {"changed", counts.changed},
                                               {"unchanged", counts.unchanged}});
        // The models are stored; should this fail, the loop that refreshes tries again.
        if (const absl::Status refreshed = catalog_.Refresh(); !refreshed.ok()) {
          lifecycle::LogWarn("Models could not be read after an apply.",
                             {{"cause", std::string(refreshed.message())}});
        }
        v1::ApplyModelsResponse answer;
        answer.set_added_count(counts.added);
        answer.set_changed_count(counts.changed);
        answer.set_unchanged_count(counts.unchanged);
        return answer;
      });
}

grpc::ServerUnaryReactor* ModelAdminService::ListAllModels(grpc::CallbackServerContext* context,
                                                           const v1::ListAllModelsRequest* request,
                                                           v1::ListAllModelsResponse* response) {
  return rpc::BlockingCall(
      list_all_models_, workers_, context, request, response,
      [this](const rpc::Call&,
             const v1::ListAllModelsRequest& kept) -> absl::StatusOr<v1::ListAllModelsResponse> {
        // Another replica may have taken the apply that the operator looks for.
        ARENA_RETURN_IF_ERROR(catalog_.Refresh());
        ARENA_ASSIGN_OR_RETURN(const auto catalog, catalog_.Current());
        ARENA_ASSIGN_OR_RETURN(ModelPage page, PageOf(*catalog, kept.page_size(), kept.page_token(),
                                                      [](const Model&) { return true; }));
        v1::ListAllModelsResponse answer;
        for (const Model* model : page.models) *answer.add_models() = ToRecord(*model);
        answer.set_next_page_token(std::move(page.next_page_token));
        return answer;
      });
}

}  // namespace arena::matchmaker
