#include "services/matchmaker/bind.h"

#include "absl/time/clock.h"
#include "common/base/secret_key.h"
#include "common/base/status_macros.h"
#include "common/lifecycle/log.h"
#include "common/postgres/database_settings.h"
#include "common/postgres/error_mapping.h"
#include "common/postgres/pool_readings.h"

namespace arena::matchmaker {
namespace {

absl::Status CheckSecretKeys(const Options& options) {
  ARENA_RETURN_IF_ERROR(CheckSecretKey("ARENA_BATTLE_KEY", options.battle_key));
  return CheckSecretKey("ARENA_VOTER_KEY", options.voter_key);
}

}  // namespace

void AddSettings(config::SettingsParser& parser, Options& options) {
  rpc::AddServerSettings(parser, options.server);
  AddDatabaseSettings(parser, options.database);
  parser.Group("Matchmaker");
  parser.Add("battle-lifetime", &options.battle_lifetime,
             "How long a battle takes prompts and votes.",
             config::DurationBetween(absl::Seconds(1), 30 * limits::kBattleLifetime));
  parser.Add("max-open-battles", &options.max_open_battles,
             "Battles of one frontend whose time is not over.", config::Between(1, 2e9));
  parser.Add("readers", &options.readers, "Threads that read the database.",
             config::Between(1, 64));
  parser.Add("commit-writers", &options.commit.writers,
             "Groups of battles that may be committing at the same time.", config::Between(1, 16));
  rpc::AddChannelSettings(parser, "rating",
                          "Where matchmaker watches ratings (no draw depends on them yet); empty "
                          "for nowhere.",
                          options.rating);
  parser.AddSecret("battle-key", &options.battle_key,
                   "Key of battle ids: at least 32 hexadecimal digits, the same in every replica.");
  parser.AddSecret("voter-key", &options.voter_key,
                   "Key of the hashes under which voters are stored: at least 32 hexadecimal "
                   "digits, the same in every replica.");
  parser.AddRule([&options] { return CheckSecretKeys(options); });
}

Matchmaker::Matchmaker(const Options& options)
    : options_(options),
      database_(options.database),
      maker_({.battle_key = options.battle_key,
              .voter_key = options.voter_key,
              .lifetime = options.battle_lifetime},
             random_),
      open_battles_(options.max_open_battles),
      readers_({.name = "reader", .threads = options.readers}),
      writer_(
          options.commit,
          [this](absl::Span<const NewBattle> battles) {
            metrics_.Committed(battles.size());
            return battles_.Create(battles);
          },
          IsRetriable),
      refresher_({.name = "models", .interval = options.refresh_interval},
                 [this] { RefreshModels(); }),
      counter_({.name = "open-battles", .interval = options.open_battles_age},
               [this] { CountOpenBattles(); }) {
  AddPoolReadings(registry_, database_);
  registry_.AddReading(
      "arena_matchmaker_open_battles",
      "Battles whose time is not over: all as of the last count, and those made here since.",
      [this] { return open_battles_.total(); });
  registry_.AddReading("arena_matchmaker_commit_queue_rows", "Battles that wait for a commit.",
                       [this] { return writer_.queued(); });
}

Matchmaker::~Matchmaker() {
  if (server_ != nullptr) server_->Shutdown(absl::Now());
  StopLoops();
}

absl::StatusOr<std::unique_ptr<Matchmaker>> Matchmaker::Start(const Options& options) {
  ARENA_RETURN_IF_ERROR(CheckSecretKeys(options));
  std::unique_ptr<Matchmaker> self(new Matchmaker(options));
  ARENA_RETURN_IF_ERROR(self->Serve());
  return self;
}

absl::Status Matchmaker::Serve() {
  ARENA_ASSIGN_OR_RETURN(exposer_,
                         metrics::Exposer::Start(options_.server.metrics_listen, registry_));
  ARENA_ASSIGN_OR_RETURN(environment_, rpc::Environment::Make(options_.server, registry_));
  // Before the first call, so that it finds models; the loop takes over from here.
  RefreshModels();
  refresher_.Start();
  counter_.Start();
  ARENA_RETURN_IF_ERROR(WatchRatings());
  service_ = std::make_unique<MatchmakerService>(MatchmakerParts{.environment = *environment_,
                                                                 .readers = readers_,
                                                                 .clock = clock_,
                                                                 .maker = maker_,
                                                                 .open_battles = open_battles_,
                                                                 .catalog = catalog_,
                                                                 .store = battles_,
                                                                 .writer = writer_,
                                                                 .metrics = metrics_});
  admin_ = std::make_unique<ModelAdminService>(*environment_, readers_, models_, catalog_);
  redraws_ = std::make_unique<RedrawService>(*environment_, readers_, clock_, random_, catalog_,
                                             battles_, metrics_);
  ARENA_ASSIGN_OR_RETURN(
      server_, rpc::RpcServer::Start(options_.server, *environment_,
                                     {service_.get(), admin_.get(), redraws_.get()},
                                     {{"database", [this] { return database_.Ping(); }},
                                      {"models", [this] { return catalog_.last_refresh(); }}}));
  return absl::OkStatus();
}

absl::Status Matchmaker::WatchRatings() {
  if (options_.rating.address.empty()) return absl::OkStatus();
  ARENA_ASSIGN_OR_RETURN(auto channel, rpc::MakeChannel(options_.rating));
  ratings_ = std::make_unique<RatingsWatcher>(
      std::move(channel), RatingsWatcher::Options(),
      [this](const internal::v1::WatchRatingsResponse& ratings) {
        metrics_.SetRatings(ratings.position(), ratings.models_size());
      });
  return absl::OkStatus();
}

void Matchmaker::RefreshModels() {
  // A failure shows, and is logged, by the health check that looks at last_refresh.
  catalog_.Refresh().IgnoreError();
  if (const auto catalog = catalog_.Current(); catalog.ok()) {
    metrics_.SetEligibleModels((*catalog)->Eligible(CapabilitySet()).size());
  }
}

void Matchmaker::CountOpenBattles() {
  open_battles_.BeginCount();
  auto counted = battles_.CountOpen(clock_.Now(), options_.battle_lifetime);
  if (counted.ok()) return open_battles_.EndCount(*std::move(counted));
  lifecycle::LogWarn("Open battles could not be counted.",
                     {{"cause", std::string(counted.status().message())}});
}

lifecycle::ShutdownSteps Matchmaker::shutdown_steps() {
  lifecycle::ShutdownSteps steps = rpc::ShutdownOf(*server_, options_.server);
  steps.stop_loops = [this] { StopLoops(); };
  return steps;
}

void Matchmaker::StopLoops() {
  if (ratings_ != nullptr) ratings_->Stop();
  refresher_.Stop();
  counter_.Stop();
  writer_.Stop();
  readers_.Stop();
}

}  // namespace arena::matchmaker
