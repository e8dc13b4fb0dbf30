#pragma once

#include "arena/v1/matchmaker_service.grpc.pb.h"
#include "common/base/clock.h"
#include "common/rpc/calls/unary_call.h"
#include "common/rpc/server/environment.h"
#include "common/rpc/server/worker_pool.h"
#include "services/matchmaker/core/battle_maker.h"
#include "services/matchmaker/core/open_battles.h"
#include "services/matchmaker/metrics.h"
#include "services/matchmaker/storage/battle_store.h"
#include "services/matchmaker/storage/catalog_cache.h"

namespace arena::matchmaker {

// What the calls of frontends need; all of it outlives the service.
struct MatchmakerParts {
  rpc::Environment& environment;
  rpc::WorkerPool& readers;
  const Clock& clock;
  const BattleMaker& maker;
  OpenBattles& open_battles;
  const CatalogCache& catalog;
  BattleStore& store;
  BattleWriter& writer;
  Metrics& metrics;
};

// The calls of frontends.
class MatchmakerService : public v1::MatchmakerService::CallbackService {
 public:
  explicit MatchmakerService(const MatchmakerParts& parts);

  grpc::ServerUnaryReactor* CreateBattle(grpc::CallbackServerContext* context,
                                         const v1::CreateBattleRequest* request,
                                         v1::CreateBattleResponse* response) override;
  grpc::ServerUnaryReactor* GetBattle(grpc::CallbackServerContext* context,
                                      const v1::GetBattleRequest* request,
                                      v1::GetBattleResponse* response) override;
  grpc::ServerUnaryReactor* ListModels(grpc::CallbackServerContext* context,
                                       const v1::ListModelsRequest* request,
                                       v1::ListModelsResponse* response) override;

 private:
  using CreateResponder = rpc::Responder<v1::CreateBattleResponse>;

  absl::StatusOr<NewBattle> Decide(const BattleOrder& order) const;
  // Answers an order that the models or a limit do not allow now: with the battle, when it was made
  // earlier.
  void AnswerRefused(const BattleOrder& order, const absl::Status& refusal,
                     const CreateResponder& respond);
  void Answer(const absl::StatusOr<CreatedBattle>& created, const CreateResponder& respond);

  const MatchmakerParts parts_;
  const rpc::Method create_battle_;
  const rpc::Method get_battle_;
  const rpc::Method list_models_;
};

}  // namespace arena::matchmaker
