#include "services/rating/bind.h"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

#include "common/base/ids.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/lifecycle/log.h"
#include "common/postgres/database_settings.h"

namespace arena::rating {
namespace {

constexpr char kLeaseName[] = "rating-publisher";
// The follower looks at the log many times a second; this long without success is an outage.
constexpr absl::Duration kFollowerStuck = absl::Seconds(10);
constexpr absl::Duration kLoadInterval = absl::Milliseconds(200);
constexpr absl::Duration kDirectoryInterval = absl::Seconds(1);
constexpr absl::Duration kFanOutInterval = absl::Seconds(1);

// A restarted replica is another holder, so that it never inherits what a zombie still believes in.
std::string NewHolder(const Clock& clock) {
  SecureRandom random;
  return Uuid::MakeVersion7(clock.Now(), random).ToString();
}

SnapshotSettings SettingsOf(const Options& options) {
  SnapshotSettings settings;
  settings.bradley_terry.provisional_votes = options.provisional_votes;
  settings.elo.provisional_votes = options.provisional_votes;
  return settings;
}

[[noreturn]] void StopAtBrokenLog(const absl::Status& status) {
  lifecycle::LogError("The vote log broke its promise; no number can be trusted. Stopping.",
                      {{"cause", std::string(status.message())}});
  std::abort();
}

}  // namespace

void AddSettings(config::SettingsParser& parser, Options& options) {
  rpc::AddServerSettings(parser, options.server);
  AddDatabaseSettings(parser, options.database);
  parser.Group("Rating");
  parser.Add("poll-interval", &options.poll_interval,
             "Time between two looks at the vote log, when no notification comes.",
             config::DurationBetween(absl::Milliseconds(1), absl::Seconds(10)));
  parser.Add("publish-interval", &options.publish_interval,
             "Time between two snapshots while votes come in; the first comes at once.",
             config::DurationBetween(absl::Milliseconds(10), absl::Hours(1)));
  parser.Add("lease-time", &options.lease_time,
             "How long a leader that stops renewing its lease keeps others from publishing.",
             config::DurationBetween(absl::Milliseconds(200), absl::Minutes(1)));
  parser.Add("provisional-votes", &options.provisional_votes,
             "A model with fewer votes is marked provisional; the same in every replica.",
             config::Between(0, 1e9));
}

Rating::Rating(const Options& options)
    : options_(options),
      database_(options.database),
      follower_({.elo_k = SettingsOf(options).elo.k}, log_, models_, metrics_),
      lease_({.name = kLeaseName, .holder = NewHolder(clock_), .duration = options.lease_time},
             leases_),
      loader_(snapshots_, models_, hub_, follower_, metrics_, [this] { fan_out_loop_.Wake(); }),
      publisher_({.settings = SettingsOf(options), .interval = options.publish_interval}, clock_,
                 follower_, lease_, snapshots_, hub_, loader_, metrics_),
      followed_at_micros_(absl::ToUnixMicros(clock_.Now())),
      fan_out_loop_({.name = "fan-out", .interval = kFanOutInterval}, [this] { FanOut(); }),
      directory_loop_({.name = "read-models", .interval = kDirectoryInterval},
                      [this] { directory_log_.Note(loader_.RefreshDirectory()); }),
      load_loop_({.name = "load-snapshots", .interval = kLoadInterval}, [this] { Load(); }),
      lease_loop_({.name = "renew-lease", .interval = options.lease_time / 4},
                  [this] { lease_log_.Note(lease_.Step()); }),
      publish_loop_({.name = "publish", .interval = options.publish_interval, .jitter = 0},
                    [this] { Publish(); }),
      follow_loop_({.name = "follow-log", .interval = options.poll_interval},
                   [this] { Follow(); }) {}

Rating::~Rating() {
  if (server_ != nullptr) server_->Shutdown(absl::InfinitePast());
  StopLoops();
}

absl::StatusOr<std::unique_ptr<Rating>> Rating::Start(const Options& options) {
  std::unique_ptr<Rating> self(new Rating(options));
  const rpc::ServerOptions& server = self->options_.server;
  if (!server.metrics_listen.empty()) {
    ARENA_ASSIGN_OR_RETURN(self->exposer_,
                           metrics::Exposer::Start(server.metrics_listen, self->registry_));
  }
  ARENA_ASSIGN_OR_RETURN(self->environment_, rpc::Environment::Make(server, self->registry_));
  self->leaderboards_ =
      std::make_unique<LeaderboardService>(*self->environment_, self->hub_, self->watchers_);
  self->ratings_ =
      std::make_unique<RatingsService>(*self->environment_, self->hub_, self->watchers_);
  // The last snapshot is served from the first call on, while the log is being read again.
  self->directory_log_.Note(self->loader_.RefreshDirectory());
  self->load_log_.Note(self->loader_.LoadNewer());
  ARENA_ASSIGN_OR_RETURN(
      self->server_,
      rpc::RpcServer::Start(
          server, *self->environment_, {self->leaderboards_.get(), self->ratings_.get()},
          {{"database", [database = &self->database_] { return database->Ping(); }},
           {"follower", [rating = self.get()] { return rating->CheckFollower(); }}}));
  self->StartLoops();
  return self;
}

std::string Rating::address() const {
  const std::string& listen = options_.server.listen;
  return fmt::format("{}:{}", listen.substr(0, listen.rfind(':')), server_->port());
}

void Rating::StartLoops() {
  fan_out_loop_.Start();
  directory_loop_.Start();
  load_loop_.Start();
  lease_loop_.Start();
  publish_loop_.Start();
  follow_loop_.Start();
  vote_listener_ = std::make_unique<NotificationListener>(options_.database.conninfo, "arena_votes",
                                                          [this] { follow_loop_.Wake(); });
  snapshot_listener_ = std::make_unique<NotificationListener>(
      options_.database.conninfo, "arena_snapshots", [this] { load_loop_.Wake(); });
}

void Rating::StopLoops() {
  vote_listener_.reset();
  snapshot_listener_.reset();
  follow_loop_.Stop();
  publish_loop_.Stop();
  lease_loop_.Stop();
  lease_log_.Note(lease_.Release());
  load_loop_.Stop();
  directory_loop_.Stop();
  fan_out_loop_.Stop();
}

void Rating::Follow() {
  const auto progress = follower_.Step();
  if (absl::IsDataLoss(progress.status()) || absl::IsResourceExhausted(progress.status())) {
    StopAtBrokenLog(progress.status());
  }
  follow_log_.Note(progress.status());
  if (!progress.ok()) return;
  followed_at_micros_ = absl::ToUnixMicros(clock_.Now());
  if (progress->has_more) follow_loop_.Wake();
  // Within the interval the publisher comes by itself.
  if (progress->applied > 0 && publisher_.IsIdle()) publish_loop_.Wake();
}

void Rating::Publish() { publish_log_.Note(publisher_.Step().status()); }

void Rating::Load() {
  // Our own notification arrives a moment before the snapshot is in the hub.
  if (publisher_.IsStoring()) return;
  load_log_.Note(loader_.LoadNewer());
}

void Rating::FanOut() {
  watchers_.PushAll();
  metrics_.Watching(watchers_.size());
}

absl::Status Rating::CheckFollower() const {
  const absl::Time followed_at = absl::FromUnixMicros(followed_at_micros_);
  if (clock_.Now() - followed_at < kFollowerStuck) return absl::OkStatus();
  return absl::UnavailableError("the vote log could not be read for a while");
}

lifecycle::ShutdownSteps Rating::shutdown_steps() {
  lifecycle::ShutdownSteps steps = rpc::ShutdownOf(*server_, options_.server);
  steps.stop_loops = [this] { StopLoops(); };
  return steps;
}

}  // namespace arena::rating
