#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/config/settings.h"
#include "common/lifecycle/process.h"
#include "common/metrics/metrics.h"
#include "common/postgres/database.h"
#include "common/rpc/channel.h"
#include "common/rpc/server/environment.h"
#include "common/rpc/server/server.h"
#include "common/rpc/server/server_options.h"
#include "common/rpc/server/worker_pool.h"
#include "services/model-gateway/metrics.h"
#include "services/model-gateway/provider/http_loop.h"
#include "services/model-gateway/rpc/model_gateway_service.h"
#include "services/model-gateway/storage/conversation_store.h"

namespace arena::model_gateway {

struct Options {
  rpc::ServerOptions server{.listen = "127.0.0.1:50052", .metrics_listen = "127.0.0.1:9102"};
  // Readers, writers of starts and of ends, and health have a connection each.
  DatabaseOptions database{.connections = 10, .application_name = "arena-model-gateway"};
  // Where sides are drawn again; without an address none is.
  rpc::ChannelOptions matchmaker{.address = "127.0.0.1:50051"};
  HttpLoopOptions providers;
  // Calls of StreamReplies at a time.
  int max_streams = limits::kConcurrentStreams;
  // Threads that read the database.
  int readers = 4;
};

void AddSettings(config::SettingsParser& parser, Options& options);

// One model-gateway: everything that it is made of, in dependency order.
class ModelGateway {
 public:
  static absl::StatusOr<std::unique_ptr<ModelGateway>> Start(const Options& options);

  int port() const { return server_->port(); }
  std::string address() const { return server_->address(); }
  const metrics::Registry& registry() const { return registry_; }
  lifecycle::ShutdownSteps shutdown_steps();
  ~ModelGateway() { StopLoops(); }

 private:
  explicit ModelGateway(const Options& options);
  // Lets turns store how they ended, then ends all threads.
  void StopLoops();

  const Options options_;
  SystemClock clock_;
  metrics::Registry registry_{"model-gateway"};
  Metrics metrics_{registry_};
  std::unique_ptr<rpc::Environment> environment_;
  Database database_;
  ConversationStore store_{database_};
  std::unique_ptr<RedrawClient> redraws_;
  ChunkDecoder decoder_;
  HttpLoop loop_;
  // Turns hold calls of the loop.
  RunningTurns running_;
  rpc::WorkerPool readers_;
  std::unique_ptr<ModelGatewayService> service_;
  std::unique_ptr<rpc::RpcServer> server_;
  // Ends first: it reads what is above.
  std::unique_ptr<metrics::Exposer> exposer_;
};

}  // namespace arena::model_gateway
