#include "services/matchmaker/rpc/matchmaker_service.h"

#include <chrono>
#include <memory>
#include <utility>

#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "services/matchmaker/rpc/convert.h"
#include "services/matchmaker/rpc/model_page.h"

namespace arena::matchmaker {

MatchmakerService::MatchmakerService(const MatchmakerParts& parts)
    : parts_(parts),
      create_battle_(parts.environment, "MatchmakerService/CreateBattle", rpc::Scope::kFrontend),
      get_battle_(parts.environment, "MatchmakerService/GetBattle", rpc::Scope::kFrontend),
      list_models_(parts.environment, "MatchmakerService/ListModels", rpc::Scope::kFrontend) {}

grpc::ServerUnaryReactor* MatchmakerService::CreateBattle(grpc::CallbackServerContext* context,
                                                          const v1::CreateBattleRequest* request,
                                                          v1::CreateBattleResponse* response) {
  const auto voter = rpc::VoterOf(*context);
  return rpc::UnaryCall(
      create_battle_, context, request, response,
      [this, &voter](const rpc::Call& call, const v1::CreateBattleRequest& kept,
                     const CreateResponder& respond) {
        if (!voter.ok()) return Answer(voter.status(), respond);
        const auto order = OrderOf(kept, call.principal.name, *voter, parts_.clock.Now());
        if (!order.ok()) return Answer(order.status(), respond);
        auto battle = Decide(*order);
        if (!battle.ok()) return AnswerRefused(*order, battle.status(), respond);
        parts_.writer.Submit(*std::move(battle),
                             [this, respond](const absl::StatusOr<CreatedBattle>& created) {
                               Answer(created, respond);
                             });
      });
}

absl::StatusOr<NewBattle> MatchmakerService::Decide(const BattleOrder& order) const {
  ARENA_RETURN_IF_ERROR(parts_.open_battles.Admit(order.frontend));
  ARENA_ASSIGN_OR_RETURN(const auto catalog, parts_.catalog.Current());
  const auto start = std::chrono::steady_clock::now();
  auto battle = parts_.maker.Make(order, *catalog, parts_.clock.Now());
  parts_.metrics.Drew(absl::FromChrono(std::chrono::steady_clock::now() - start));
  return battle;
}

void MatchmakerService::AnswerRefused(const BattleOrder& order, const absl::Status& refusal,
                                      const CreateResponder& respond) {
  const absl::Status accepted = parts_.readers.Run([this, order, refusal, respond] {
    auto battle = parts_.store.Read(parts_.maker.IdOf(order));
    if (ReasonOf(battle.status()) == "BATTLE_NOT_FOUND") return Answer(refusal, respond);
    // Whether there is a battle that the refusal would belie is not known.
    if (!battle.ok()) return Answer(battle.status(), respond);
    if (battle->request_digest != RequestDigestOf(order)) {
      return Answer(RequestIdReused(), respond);
    }
    Answer(CreatedBattle{.battle = *std::move(battle), .is_new = false}, respond);
  });
  if (!accepted.ok()) Answer(accepted, respond);
}

void MatchmakerService::Answer(const absl::StatusOr<CreatedBattle>& created,
                               const CreateResponder& respond) {
  if (!created.ok()) {
    parts_.metrics.Refused(created.status());
    return respond(created.status());
  }
  if (created->is_new) {
    parts_.open_battles.Made(created->battle.frontend);
    parts_.metrics.Created();
  } else {
    parts_.metrics.Replayed();
  }
  v1::CreateBattleResponse response;
  *response.mutable_battle() = ToProto(created->battle, parts_.clock.Now());
  respond(std::move(response));
}

grpc::ServerUnaryReactor* MatchmakerService::GetBattle(grpc::CallbackServerContext* context,
                                                       const v1::GetBattleRequest* request,
                                                       v1::GetBattleResponse* response) {
  return rpc::BlockingCall(
      get_battle_, parts_.readers, context, request, response,
      [this](const rpc::Call& call,
             const v1::GetBattleRequest& kept) -> absl::StatusOr<v1::GetBattleResponse> {
        ARENA_ASSIGN_OR_RETURN(const BattleId id, BattleId::Parse(kept.battle_id()));
        ARENA_ASSIGN_OR_RETURN(const StoredBattle battle, parts_.store.Read(id));
        if (battle.frontend != call.principal.name) return BattleNotFound();
        v1::GetBattleResponse answer;
        *answer.mutable_battle() = ToProto(battle, parts_.clock.Now());
        return answer;
      });
}

grpc::ServerUnaryReactor* MatchmakerService::ListModels(grpc::CallbackServerContext* context,
                                                        const v1::ListModelsRequest* request,
                                                        v1::ListModelsResponse* response) {
  return rpc::UnaryCall(
      list_models_, context, request, response,
      [this](const rpc::Call&,
             const v1::ListModelsRequest& kept) -> absl::StatusOr<v1::ListModelsResponse> {
        ARENA_ASSIGN_OR_RETURN(const auto catalog, parts_.catalog.Current());
        const auto is_listed = [&kept](const Model& model) {
          return model.state == ModelState::kActive ||
                 (kept.include_retired() && model.state == ModelState::kRetired);
        };
        ARENA_ASSIGN_OR_RETURN(ModelPage page,
                               PageOf(*catalog, kept.page_size(), kept.page_token(), is_listed));
        v1::ListModelsResponse answer;
        for (const Model* model : page.models) *answer.add_models() = ToProto(*model);
        answer.set_next_page_token(std::move(page.next_page_token));
        return answer;
      });
}

}  // namespace arena::matchmaker
