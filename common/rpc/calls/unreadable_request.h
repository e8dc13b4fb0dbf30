#pragma once

#include <grpcpp/support/server_interceptor.h>

#include "absl/status/status.h"
#include "common/rpc/server/environment.h"

namespace arena::rpc {

absl::Status RequestUnreadable();

// Answers requests whose bytes are no message of their method, most often because a text in them is
// no UTF-8. No handler ever sees such a call, and gRPC alone would say UNIMPLEMENTED without a
// word; with this it is REQUEST_UNREADABLE, one log line and one more in the environment's count.
class UnreadableRequests : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  // `environment` must outlive the server.
  explicit UnreadableRequests(Environment& environment) : environment_(environment) {}

  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override;

 private:
  Environment& environment_;
};

}  // namespace arena::rpc
