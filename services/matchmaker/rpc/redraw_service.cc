#include "services/matchmaker/rpc/redraw_service.h"

#include "common/base/errors.h"
#include "common/base/status_macros.h"

namespace arena::matchmaker {
namespace {

// Each lost race means that another redraw was stored or that the battle went on. A side is redrawn
// once, so after three of them the rules themselves have an answer.
constexpr int kAttempts = 4;

}  // namespace

RedrawService::RedrawService(rpc::Environment& environment, rpc::WorkerPool& workers,
                             const Clock& clock, Random& random, const CatalogCache& catalog,
                             BattleStore& store, Metrics& metrics)
    : workers_(workers),
      clock_(clock),
      random_(random),
      catalog_(catalog),
      store_(store),
      metrics_(metrics),
      redraw_side_(environment, "RedrawService/RedrawSide", rpc::Scope::kService) {}

grpc::ServerUnaryReactor* RedrawService::RedrawSide(grpc::CallbackServerContext* context,
                                                    const internal::v1::RedrawSideRequest* request,
                                                    internal::v1::RedrawSideResponse* response) {
  return rpc::BlockingCall(
      redraw_side_, workers_, context, request, response,
      [this](const rpc::Call&, const internal::v1::RedrawSideRequest& kept)
          -> absl::StatusOr<internal::v1::RedrawSideResponse> {
        ARENA_ASSIGN_OR_RETURN(const BattleId id, BattleId::Parse(kept.battle_id()));
        if (kept.side() != v1::SIDE_LEFT && kept.side() != v1::SIDE_RIGHT) {
          return FieldInvalid("side", "left or right");
        }
        const Side side = static_cast<Side>(kept.side());
        ARENA_ASSIGN_OR_RETURN(const Draw draw, RedrawAndStore(id, side, kept.draw_number()));
        internal::v1::RedrawSideResponse answer;
        answer.set_draw_number(draw.number);
        answer.set_model_id(static_cast<int32_t>(side == Side::kLeft ? draw.left : *draw.right));
        return answer;
      });
}

absl::StatusOr<Draw> RedrawService::RedrawAndStore(const BattleId& id, Side side, int draw_number) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    ARENA_ASSIGN_OR_RETURN(const StoredBattle battle, store_.Read(id));
    ARENA_ASSIGN_OR_RETURN(const auto catalog, catalog_.Current());
    const absl::Time now = clock_.Now();
    ARENA_ASSIGN_OR_RETURN(const Redraw redraw,
                           DecideRedraw(battle, side, draw_number, *catalog, now, random_));
    if (!redraw.is_new) return redraw.draw;
    ARENA_ASSIGN_OR_RETURN(const bool is_stored, store_.AddRedraw(id, side, redraw.draw, now));
    if (is_stored) {
      metrics_.Redrew();
      return redraw.draw;
    }
  }
  return InternalError("A redraw kept losing races that can be lost only three times.");
}

}  // namespace arena::matchmaker
