#include "common/rpc/calls/unreadable_request.h"

#include "common/base/errors.h"
#include "common/lifecycle/log.h"
#include "common/rpc/grpc_status.h"

namespace arena::rpc {
namespace {

using ::grpc::experimental::InterceptionHookPoints;
using ::grpc::experimental::InterceptorBatchMethods;
using ::grpc::experimental::ServerRpcInfo;

class Interceptor : public grpc::experimental::Interceptor {
 public:
  Interceptor(const ServerRpcInfo& info, Environment& environment)
      : info_(info), environment_(environment) {}

  void Intercept(InterceptorBatchMethods* batch) override {
    // Our methods take one message each; without one, no handler is called. Reflection, which takes
    // many, is told of their end in the same way.
    const bool takes_one = info_.type() == ServerRpcInfo::Type::UNARY ||
                           info_.type() == ServerRpcInfo::Type::SERVER_STREAMING;
    if (takes_one && batch->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_MESSAGE)) {
      is_unreadable_ = batch->GetRecvMessage() == nullptr;
      if (is_unreadable_) environment_.CountUnreadRequest();
    }
    if (is_unreadable_ &&
        batch->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      lifecycle::LogWarn("Unreadable request.", {{"method", info_.method()}});
      batch->ModifySendStatus(ToGrpcStatus(RequestUnreadable()));
    }
    batch->Proceed();
  }

 private:
  const ServerRpcInfo& info_;
  Environment& environment_;
  bool is_unreadable_ = false;
};

}  // namespace

absl::Status RequestUnreadable() {
  return MakeError(absl::StatusCode::kInvalidArgument, "REQUEST_UNREADABLE",
                   "The request cannot be read; its texts must be UTF-8.");
}

grpc::experimental::Interceptor* UnreadableRequests::CreateServerInterceptor(ServerRpcInfo* info) {
  return new Interceptor(*info, environment_);
}

}  // namespace arena::rpc
