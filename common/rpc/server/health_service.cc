#include "common/rpc/server/health_service.h"

#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>

#include <utility>

#include "common/base/errors.h"

namespace arena::rpc {
namespace {

constexpr int kServing = 1;
constexpr int kNotServing = 2;
constexpr int kServiceUnknown = 3;

}  // namespace

HealthService::HealthService(Environment& environment)
    : watch_(environment, "Health/Watch", Scope::kAnyone) {
  using grpc::internal::RpcMethod;
  using grpc::internal::RpcServiceMethod;
  AddMethod(new RpcServiceMethod("/grpc.health.v1.Health/Check", RpcMethod::NORMAL_RPC, nullptr));
  MarkMethodCallback(0,
                     new grpc::internal::CallbackUnaryHandler<Request, Response>(
                         [this](grpc::CallbackServerContext* context, const Request* request,
                                Response* response) { return Check(context, request, response); }));
  AddMethod(
      new RpcServiceMethod("/grpc.health.v1.Health/Watch", RpcMethod::SERVER_STREAMING, nullptr));
  MarkMethodCallback(1, new grpc::internal::CallbackServerStreamingHandler<Request, Response>(
                            [this](grpc::CallbackServerContext* context, const Request* request) {
                              return Watch(context, request);
                            }));
}

void HealthService::SetNames(const std::vector<std::string>& names) {
  absl::MutexLock lock(&mutex_);
  names_ = {names.begin(), names.end()};
  names_.insert("");
}

void HealthService::SetServing(bool serving) {
  absl::MutexLock lock(&mutex_);
  if (serving_ == serving) return;
  serving_ = serving;
  // Told with the lock held, so that no watcher is told an older health after a newer one.
  std::erase_if(watchers_, [this](const std::weak_ptr<Watcher>& weak) {
    mutex_.AssertHeld();
    const auto watcher = weak.lock();
    return watcher == nullptr || watcher->Write(StatusOf("")) == WriteResult::kClosed;
  });
}

grpc::ServerUnaryReactor* HealthService::Check(grpc::CallbackServerContext* context,
                                               const Request* request, Response* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  absl::MutexLock lock(&mutex_);
  *response = StatusOf(request->value());
  if (response->value() == kServiceUnknown) {
    // Neither our vocabulary of reasons nor our log has a place for probes.
    reactor->Finish(grpc::Status(grpc::StatusCode::NOT_FOUND, "There is no such service."));
  } else {
    reactor->Finish(grpc::Status::OK);
  }
  return reactor;
}

grpc::ServerWriteReactor<HealthService::Response>* HealthService::Watch(
    grpc::CallbackServerContext* context, const Request* request) {
  return StreamCall<Response>(
      watch_, {.latest_only = true}, context, request,
      [this](const Call&, const Request& asked, const std::shared_ptr<Watcher>& watcher) {
        // Anyone may watch, so that they must not cost more than this.
        auto place = places_.Take();
        if (place == nullptr) return watcher->Finish(Overloaded("kHealthWatchers"));
        watcher->WhenCancelled([place = std::move(place)] {});
        absl::MutexLock lock(&mutex_);
        const Response status = StatusOf(asked.value());
        watcher->Write(status);
        if (status.value() == kServiceUnknown) return;
        std::erase_if(watchers_, [](const auto& weak) { return weak.expired(); });
        watchers_.push_back(watcher);
      });
}

HealthService::Response HealthService::StatusOf(const std::string& name) {
  Response response;
  response.set_value(!names_.contains(name) ? kServiceUnknown : serving_ ? kServing : kNotServing);
  return response;
}

}  // namespace arena::rpc
