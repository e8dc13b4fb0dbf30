#include "tools/arenactl/models/directory.h"

#include "arena/v1/model_admin_service.grpc.pb.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"

namespace arena::arenactl {

absl::StatusOr<std::vector<v1::ModelRecord>> ListEveryModel(const Remote& matchmaker) {
  v1::ModelAdminService::Stub stub(matchmaker.channel());
  v1::ListAllModelsRequest request;
  request.set_page_size(limits::kMaxPageModels);
  std::vector<v1::ModelRecord> models;
  do {
    v1::ListAllModelsResponse response;
    ARENA_RETURN_IF_ERROR(
        CallOnce(matchmaker, stub, &v1::ModelAdminService::Stub::ListAllModels, request, response));
    models.insert(models.end(), response.models().begin(), response.models().end());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return models;
}

absl::StatusOr<v1::ApplyModelsResponse> ApplyModels(const Remote& matchmaker,
                                                    const v1::ApplyModelsRequest& request) {
  v1::ModelAdminService::Stub stub(matchmaker.channel());
  v1::ApplyModelsResponse response;
  ARENA_RETURN_IF_ERROR(
      CallOnce(matchmaker, stub, &v1::ModelAdminService::Stub::ApplyModels, request, response));
  return response;
}

}  // namespace arena::arenactl
