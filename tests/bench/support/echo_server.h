#pragma once

#include <grpcpp/impl/service_type.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

namespace arena::bench {

// Serves `service` on a free port of loopback, prints "listening HOST:PORT", and ends on SIGTERM.
// The bare limit: gRPC's callback API with the settings of our servers and nothing else, in a
// process of its own. Returns main's exit code.
int ServeEcho(grpc::Service& service);

// Answers a unary call at once.
inline grpc::ServerUnaryReactor* AnswerAtOnce(grpc::CallbackServerContext* context) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

}  // namespace arena::bench
