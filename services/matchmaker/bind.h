#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/random.h"
#include "common/config/settings.h"
#include "common/lifecycle/background_loop.h"
#include "common/lifecycle/process.h"
#include "common/metrics/metrics.h"
#include "common/postgres/database.h"
#include "common/rpc/channel.h"
#include "common/rpc/server/environment.h"
#include "common/rpc/server/server.h"
#include "common/rpc/server/server_options.h"
#include "common/rpc/server/worker_pool.h"
#include "services/matchmaker/core/battle_maker.h"
#include "services/matchmaker/core/open_battles.h"
#include "services/matchmaker/metrics.h"
#include "services/matchmaker/rpc/matchmaker_service.h"
#include "services/matchmaker/rpc/model_admin_service.h"
#include "services/matchmaker/rpc/ratings_watcher.h"
#include "services/matchmaker/rpc/redraw_service.h"
#include "services/matchmaker/storage/battle_store.h"
#include "services/matchmaker/storage/catalog_cache.h"
#include "services/matchmaker/storage/model_store.h"

namespace arena::matchmaker {

struct Options {
  rpc::ServerOptions server{.listen = "127.0.0.1:50051", .metrics_listen = "127.0.0.1:9101"};
  DatabaseOptions database{.connections = 10, .application_name = "arena-matchmaker"};
  GroupCommitOptions commit = {.name = "matchmaker"};
  // Secrets: hexadecimal digits, at least 32; the same in every replica.
  std::string battle_key;
  std::string voter_key;
  // How long a battle takes prompts and votes.
  absl::Duration battle_lifetime = limits::kBattleLifetime;
  // Battles of one frontend whose time is not over.
  int max_open_battles = limits::kOpenBattles;
  // How old the count of other replicas' battles may be.
  absl::Duration open_battles_age = limits::kOpenBattlesAge;
  // How rating is reached; no address is no watch.
  rpc::ChannelOptions rating;
  // Threads that read the database.
  int readers = 4;
  // How old the models in memory may be.
  absl::Duration refresh_interval = absl::Seconds(1);
};

void AddSettings(config::SettingsParser& parser, Options& options);

// One matchmaker: everything that it is made of, in dependency order.
class Matchmaker {
 public:
  // Begins to serve; a database that is away only makes health say so. INVALID_ARGUMENT for
  // unusable keys, FAILED_PRECONDITION for an address that cannot be bound.
  static absl::StatusOr<std::unique_ptr<Matchmaker>> Start(const Options& options);
  ~Matchmaker();

  int port() const { return server_->port(); }
  std::string address() const { return server_->address(); }
  // As Prometheus scrapes them; for tests.
  std::string MetricsText() const { return registry_.Text(); }
  lifecycle::ShutdownSteps shutdown_steps();

 private:
  explicit Matchmaker(const Options& options);
  absl::Status Serve();
  absl::Status WatchRatings();
  void RefreshModels();
  void CountOpenBattles();
  // Ends everything that may still call a service; the server must have been shut down.
  void StopLoops();

  const Options options_;
  SystemClock clock_;
  SecureRandom random_;
  metrics::Registry registry_{"matchmaker"};
  Metrics metrics_{registry_};
  std::unique_ptr<rpc::Environment> environment_;
  Database database_;
  ModelStore models_{database_};
  BattleStore battles_{database_};
  CatalogCache catalog_{models_};
  BattleMaker maker_;
  OpenBattles open_battles_;
  rpc::WorkerPool readers_;
  BattleWriter writer_;
  lifecycle::BackgroundLoop refresher_;
  lifecycle::BackgroundLoop counter_;
  std::unique_ptr<RatingsWatcher> ratings_;
  std::unique_ptr<MatchmakerService> service_;
  std::unique_ptr<ModelAdminService> admin_;
  std::unique_ptr<RedrawService> redraws_;
  std::unique_ptr<rpc::RpcServer> server_;
  // Ends first: it reads what is above.
  std::unique_ptr<metrics::Exposer> exposer_;
};

}  // namespace arena::matchmaker
