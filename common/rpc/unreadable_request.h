#pragma once

#include <grpcpp/support/server_interceptor.h>

#include "absl/status/status.h"

namespace arena::rpc {

absl::Status RequestUnreadable();

// Answers requests whose bytes are no message of their method, most often because a text in them is
// no UTF-8. No handler ever sees such a call, and gRPC alone would say UNIMPLEMENTED without a
// word; with this it is REQUEST_UNREADABLE and one log line.
class UnreadableRequests : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override;
};

}  // namespace arena::rpc
