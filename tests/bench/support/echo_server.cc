#include "tests/bench/support/echo_server.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <cstdio>

#include "common/lifecycle/process.h"

namespace arena::bench {

int ServeEcho(grpc::Service& service) {
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  std::printf("listening 127.0.0.1:%d\n", port);
  std::fflush(stdout);
  lifecycle::WaitForSignal();
  server->Shutdown(std::chrono::system_clock::now());
  return 0;
}

}  // namespace arena::bench
