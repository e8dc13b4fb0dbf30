#include "services/model-gateway/rpc/redraw_client.h"

#include <utility>

#include "common/base/status_macros.h"
#include "common/rpc/grpc_status.h"

namespace arena::model_gateway {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(5);
constexpr char kMethod[] = "arena.internal.v1.RedrawService/RedrawSide";

// What must stay alive until the answer.
struct Exchange {
  grpc::ClientContext context;
  internal::v1::RedrawSideRequest request;
  internal::v1::RedrawSideResponse response;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RedrawClient>> RedrawClient::Make(
    const rpc::ChannelOptions& matchmaker) {
  if (matchmaker.address.empty()) return std::unique_ptr<RedrawClient>(new RedrawClient(nullptr));
  rpc::ChannelOptions options = matchmaker;
  options.service_config_json = rpc::RetryConfig({kMethod});
  ARENA_ASSIGN_OR_RETURN(const auto channel, rpc::MakeChannel(options));
  return std::unique_ptr<RedrawClient>(
      new RedrawClient(internal::v1::RedrawService::NewStub(channel)));
}

void RedrawClient::RedrawSide(const BattleId& battle, Side side, int draw_number, Done done) {
  if (stub_ == nullptr) return done(absl::FailedPreconditionError("There is no matchmaker."));
  auto exchange = std::make_shared<Exchange>();
  exchange->request.set_battle_id(battle.ToString());
  exchange->request.set_side(static_cast<v1::Side>(side));
  exchange->request.set_draw_number(draw_number);
  rpc::SetDeadline(exchange->context, kTimeout);
  stub_->async()->RedrawSide(
      &exchange->context, &exchange->request, &exchange->response,
      [exchange, done = std::move(done)](const grpc::Status& status) {
        if (!status.ok()) return done(rpc::FromGrpcStatus(status));
        done(Redraw{exchange->response.draw_number(), ModelId{exchange->response.model_id()}});
      });
}

}  // namespace arena::model_gateway
