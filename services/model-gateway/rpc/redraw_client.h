#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "arena/internal/v1/redraw_service.grpc.pb.h"
#include "common/base/ids.h"
#include "common/domain/battle.h"
#include "common/rpc/channel.h"

namespace arena::model_gateway {

// The draw that holds after a redraw.
struct Redraw {
  int draw_number = 0;
  ModelId model{};
};

// Asks matchmaker for another model of a side. Shared by threads.
class RedrawClient {
 public:
  // Without an address every redraw is refused.
  static absl::StatusOr<std::unique_ptr<RedrawClient>> Make(const rpc::ChannelOptions& matchmaker);

  // `done` is called once, from any thread, within a few seconds; it must not block. Repeating is
  // safe: a side is drawn again once. `draw_number` is the draw acted on.
  using Done = std::function<void(absl::StatusOr<Redraw>)>;
  void RedrawSide(const BattleId& battle, Side side, int draw_number, Done done);

  // Cancels what is under way and waits until every `done` has been called and destroyed; later
  // redraws are refused.
  void Stop();

 private:
  // Whether the call may begin; then Ended must follow.
  bool Began(grpc::ClientContext* context);
  void Ended(grpc::ClientContext* context);

  explicit RedrawClient(std::unique_ptr<internal::v1::RedrawService::Stub> stub)
      : stub_(std::move(stub)) {}

  const std::unique_ptr<internal::v1::RedrawService::Stub> stub_;
  absl::Mutex mutex_;
  bool is_stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::flat_hash_set<grpc::ClientContext*> under_way_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace arena::model_gateway
