#pragma once

#include <grpcpp/server.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/lifecycle/background_loop.h"
#include "common/lifecycle/process.h"
#include "common/rpc/server/environment.h"
#include "common/rpc/server/health_service.h"
#include "common/rpc/server/server_options.h"

namespace arena::rpc {

// Something that a server needs. `check` runs once a second in a thread of its own and may block
// for a while; while it fails, grpc.health.v1.Health says NOT_SERVING and the cause is logged.
struct Dependency {
  std::string name;
  std::function<absl::Status()> check;
};

// A gRPC server with health, reflection, limits and an ordered end.
class RpcServer {
 public:
  // Listens and serves. Services must outlive the server. FAILED_PRECONDITION, in one sentence,
  // when the address is taken, is not loopback without protection, or a TLS file cannot be read.
  static absl::StatusOr<std::unique_ptr<RpcServer>> Start(const ServerOptions& options,
                                                          Environment& environment,
                                                          std::vector<grpc::Service*> services,
                                                          std::vector<Dependency> dependencies);
  // Shuts down at once when Shutdown was not called.
  ~RpcServer();

  // The port bound to.
  int port() const { return port_; }
  // host:port as it was told to listen, with the port bound to.
  const std::string& address() const { return address_; }

  // Health says NOT_SERVING from here on; calls are still served.
  void StopServing();

  // Ends watch streams, refuses new calls, waits for those under way until `deadline`, then cancels
  // them and returns when all have ended. Idempotent.
  void Shutdown(absl::Time deadline);

 private:
  RpcServer(Environment& environment, std::vector<Dependency> dependencies);
  void WatchDependencies(absl::Duration interval);
  // Looks at all dependencies and tells the health service.
  void CheckDependencies();

  Environment& environment_;
  const std::vector<Dependency> dependencies_;
  HealthService health_;
  int port_ = 0;
  std::string address_;
  absl::Mutex mutex_;
  bool stopped_serving_ ABSL_GUARDED_BY(mutex_) = false;
  bool is_down_ ABSL_GUARDED_BY(mutex_) = false;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<lifecycle::BackgroundLoop> health_loop_;
};

// The shutdown of a process around `server`; the caller adds stop_loops.
lifecycle::ShutdownSteps ShutdownOf(RpcServer& server, const ServerOptions& options);

}  // namespace arena::rpc
