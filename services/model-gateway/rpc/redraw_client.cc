#include "services/model-gateway/rpc/redraw_client.h"

#include <utility>

#include "common/base/errors.h"
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
  if (!Began(&exchange->context)) return done(ShuttingDown());
  stub_->async()->RedrawSide(
      &exchange->context, &exchange->request, &exchange->response,
      [this, exchange, done = std::move(done)](const grpc::Status& status) mutable {
        const auto& response = exchange->response;
        if (status.ok()) {
          done(Redraw{response.draw_number(), ModelId{response.model_id()}});
        } else {
          done(rpc::FromGrpcStatus(status));
        }
        done = nullptr;  // what it holds may go with whoever waits in Stop
        Ended(&exchange->context);
      });
}

void RedrawClient::Stop() {
  absl::MutexLock lock(&mutex_);
  is_stopping_ = true;
  for (grpc::ClientContext* context : under_way_) context->TryCancel();
  const auto is_idle = [this]()
                           ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return under_way_.empty(); };
  mutex_.Await(absl::Condition(&is_idle));
}

bool RedrawClient::Began(grpc::ClientContext* context) {
  absl::MutexLock lock(&mutex_);
  if (is_stopping_) return false;
  under_way_.insert(context);
  return true;
}

void RedrawClient::Ended(grpc::ClientContext* context) {
  absl::MutexLock lock(&mutex_);
  under_way_.erase(context);
}

}  // namespace arena::model_gateway
