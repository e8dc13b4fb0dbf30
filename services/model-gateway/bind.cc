#include "services/model-gateway/bind.h"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/lifecycle/log.h"
#include "common/postgres/database_settings.h"
#include "common/postgres/pool_readings.h"

namespace arena::model_gateway {
namespace {

// How long turns whose clients have been sent away may take to be stored.
constexpr absl::Duration kStoreWait = absl::Seconds(5);

// No two processes have the same, not even one after the other.
std::string MakeReplicaName() {
  char host[64] = {};
  if (gethostname(host, sizeof(host) - 1) != 0) host[0] = '\0';
  return fmt::format("{}-{:016x}", host, SecureRandom().Bits());
}

}  // namespace

void AddSettings(config::SettingsParser& parser, Options& options) {
  rpc::AddServerSettings(parser, options.server);
  AddDatabaseSettings(parser, options.database);
  parser.Group("Model gateway");
  parser.Add("max-streams", &options.max_streams, "Replies being streamed at a time.",
             config::Between(1, 100'000));
  parser.Add("readers", &options.readers, "Threads that read the database.",
             config::Between(1, 64));
  rpc::AddChannelSettings(parser, "matchmaker",
                          "Where a side whose model failed is drawn again; empty for never.",
                          options.matchmaker);
  parser.Add(
      "provider-proxy", &options.providers.proxy,
      "Proxy for all calls of providers, without user or password; empty connects directly.");
  parser.Add("provider-tls-ca-file", &options.providers.ca_file,
             "PEM file of the CAs to trust for providers; empty for the system's.");
  parser.AddRule([&options]() -> absl::Status {
    if (options.providers.proxy.find('@') == std::string::npos) return absl::OkStatus();
    return absl::InvalidArgumentError(
        "provider-proxy must hold no user or password, which would show with the settings.");
  });
}

ModelGateway::ModelGateway(const Options& options)
    : options_(options),
      database_(options.database),
      loop_(options.providers),
      running_(options.max_streams),
      readers_(
          {.name = "reader",
           .threads = options.readers,
           .queue_length = static_cast<size_t>(options.max_streams) + limits::kWorkerQueueCalls}) {
  AddPoolReadings(registry_, database_);
  registry_.AddReading("arena_gateway_provider_connections_open",
                       "Connections to providers, idle ones included.",
                       [this] { return loop_.connections(); });
  registry_.AddReading("arena_gateway_commit_queue_rows", "Writes that wait for their commit.",
                       [this] { return store_.queued(); });
}

absl::StatusOr<std::unique_ptr<ModelGateway>> ModelGateway::Start(const Options& options) {
  std::unique_ptr<ModelGateway> self(new ModelGateway(options));
  const rpc::ServerOptions& server = self->options_.server;
  ARENA_ASSIGN_OR_RETURN(self->exposer_,
                         metrics::Exposer::Start(server.metrics_listen, self->registry_));
  ARENA_ASSIGN_OR_RETURN(self->environment_, rpc::Environment::Make(server, self->registry_));
  ARENA_ASSIGN_OR_RETURN(self->redraws_, RedrawClient::Make(options.matchmaker));
  self->service_ = std::make_unique<ModelGatewayService>(
      *self->environment_, self->clock_,
      TurnTools{self->loop_, self->decoder_, self->store_, self->readers_, *self->redraws_,
                self->running_, self->metrics_},
      MakeReplicaName());
  ARENA_ASSIGN_OR_RETURN(
      self->server_,
      rpc::RpcServer::Start(server, *self->environment_, {self->service_.get()},
                            {{"database", [store = &self->store_] { return store->Ping(); }}}));
  return self;
}

lifecycle::ShutdownSteps ModelGateway::shutdown_steps() {
  lifecycle::ShutdownSteps steps = rpc::ShutdownOf(*server_, options_.server);
  steps.stop_loops = [this] { StopLoops(); };
  return steps;
}

void ModelGateway::StopLoops() {
  server_.reset();                            // cancels what is left
  readers_.Stop();                            // so no turn begins after this
  if (redraws_ != nullptr) redraws_->Stop();  // what they would post to is about to end
  if (!running_.WaitUntilEmpty(kStoreWait)) {
    lifecycle::LogWarn("Turns were left unfinished; they count as failed after their deadline.");
  }
  loop_.Stop();
  store_.Stop();
}

}  // namespace arena::model_gateway
