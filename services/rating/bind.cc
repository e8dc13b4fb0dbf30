#include "services/rating/bind.h"

#include <algorithm>
#include <cstdlib>
#include <thread>
#include <utility>

#include "common/base/ids.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/lifecycle/log.h"
#include "common/postgres/database_settings.h"
#include "common/postgres/pool_readings.h"

namespace arena::rating {
namespace {

constexpr char kLeaseName[] = "rating-publisher";
// The follower looks at the log many times a second; this long without success is an outage.
constexpr absl::Duration kFollowerStuck = absl::Seconds(10);
constexpr absl::Duration kLoadInterval = absl::Milliseconds(200);
constexpr absl::Duration kDirectoryInterval = absl::Seconds(1);
constexpr absl::Duration kFanOutInterval = absl::Seconds(1);
constexpr absl::Duration kThinInterval = absl::Minutes(1);
// Both have nothing to do most of the time, and are woken or go on by themselves when they have.
constexpr absl::Duration kHistoryInterval = absl::Seconds(1);
constexpr absl::Duration kReplayInterval = absl::Seconds(1);
// What may take its time leaves the processor to the log and the count boards.
constexpr int kBackground = 10;
constexpr int kMostFitThreads = 4;
constexpr absl::Duration kCatchUpView = absl::Seconds(5);
// The follower waits so long at most while a part of Elo is replayed, about a millisecond.
constexpr size_t kReplayVotes = 100'000;

// A restarted replica is another holder, so that it never inherits what a zombie still believes in.
std::string NewHolder(const Clock& clock) {
  SecureRandom random;
  return Uuid::MakeVersion7(clock.Now(), random).ToString();
}

SeriesSettings SettingsOf(const Options& options) {
  SeriesSettings settings;
  settings.provisional_votes = options.provisional_votes;
  settings.board_minimum_votes = options.board_minimum_votes;
  return settings;
}

Follower::Options FollowerOptions(const Options& options) {
  const SeriesSettings settings = SettingsOf(options);
  return {.state = {.boards = settings.boards, .elo_k = settings.elo_k}};
}

// Count boards are due several times a second; style may take its time, and much more memory a
// board.
int FitThreads() {
  const auto cores = static_cast<int>(std::thread::hardware_concurrency());
  return std::clamp(cores, 1, kMostFitThreads);
}

Publisher::Options PublisherOptions(Series series, const Options& options) {
  return {.series = series,
          .settings = SettingsOf(options),
          .interval = series == Series::kStyle ? options.style_interval : options.publish_interval,
          .threads = series == Series::kCounts ? FitThreads() : 1};
}

// Whether it is the log, or what we remember of it, that cannot be trusted any more. A full pool of
// connections says nothing of either.
bool IsBroken(const absl::Status& status) {
  return absl::IsDataLoss(status) ||
         (absl::IsResourceExhausted(status) && ReasonOf(status) != "OVERLOADED");
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
  parser.Add("board-minimum-votes", &options.board_minimum_votes,
             "A board other than overall is published once it has so many votes; the same in every "
             "replica.",
             config::Between(0, 1e9));
  parser.Add("style-interval", &options.style_interval,
             "Time between two style-controlled snapshots while votes come in.",
             config::DurationBetween(absl::Milliseconds(10), absl::Hours(24)));
  parser.Add("checkpoint-interval", &options.checkpoint_interval,
             "Time between two checkpoints of the counts, which a restart goes on from.",
             config::DurationBetween(absl::Milliseconds(10), absl::Hours(24)));
  parser.Add("checkpoint-entries", &options.checkpoint_entries,
             "New entries of the vote log that are worth a checkpoint.", config::Between(1, 1e9));
  parser.Add("readers", &options.readers,
             "Threads that read old snapshots for callers, and compute predictions.",
             config::Between(1, 64));
}

Rating::Rating(const Options& options)
    : options_(options),
      database_(options.database),
      log_(options.database),
      history_log_reader_(options.database),
      follower_(FollowerOptions(options), log_, models_, checkpoints_, metrics_),
      history_(FollowerOptions(options), history_log_reader_, models_, follower_, metrics_),
      lease_({.name = kLeaseName, .holder = NewHolder(clock_), .duration = options.lease_time},
             leases_),
      loader_(snapshots_, models_, hub_, follower_, metrics_, [this] { fan_out_loop_.Wake(); }),
      counts_publisher_(PublisherOptions(Series::kCounts, options), clock_, lease_, snapshots_,
                        hub_, loader_, metrics_),
      elo_publisher_(PublisherOptions(Series::kElo, options), clock_, lease_, snapshots_, hub_,
                     loader_, metrics_),
      style_publisher_(PublisherOptions(Series::kStyle, options), clock_, lease_, snapshots_, hub_,
                       loader_, metrics_),
      checkpointer_(options.checkpoint_entries, FollowerOptions(options), follower_, lease_,
                    checkpoints_, metrics_),
      followed_at_micros_(absl::ToUnixMicros(clock_.Now())),
      follow_progress_(clock_),
      readers_({.name = "reader", .threads = options.readers}),
      fan_out_loop_({.name = "fan-out", .interval = kFanOutInterval}, [this] { FanOut(); }),
      directory_loop_({.name = "read-models", .interval = kDirectoryInterval},
                      [this] { directory_log_.Note(loader_.RefreshDirectory()); }),
      load_loop_({.name = "load-snapshots", .interval = kLoadInterval}, [this] { Load(); }),
      lease_loop_({.name = "renew-lease", .interval = options.lease_time / 4},
                  [this] { KeepLease(); }),
      thin_loop_({.name = "thin-snapshots", .interval = kThinInterval, .niceness = kBackground},
                 [this] { thin_log_.Note(thinner_.Step()); }),
      checkpoint_loop_({.name = "checkpoint", .interval = options.checkpoint_interval},
                       [this] { checkpoint_log_.Note(checkpointer_.Step().status()); }),
      style_loop_(
          {.name = "publish-style", .interval = options.style_interval, .niceness = kBackground},
          [this] { PublishStyle(); }),
      publish_loop_({.name = "publish", .interval = options.publish_interval, .jitter = 0},
                    [this] { Publish(); }),
      replay_loop_({.name = "replay-elo", .interval = kReplayInterval}, [this] { ReplayElo(); }),
      history_loop_({.name = "read-history", .interval = kHistoryInterval, .niceness = kBackground},
                    [this] { LoadHistory(); }),
      follow_loop_({.name = "follow-log", .interval = options.poll_interval},
                   [this] { Follow(); }) {
  AddPoolReadings(registry_, database_);
}

Rating::~Rating() {
  if (server_ != nullptr) server_->Shutdown(absl::InfinitePast());
  StopLoops();
}

absl::StatusOr<std::unique_ptr<Rating>> Rating::Start(const Options& options) {
  std::unique_ptr<Rating> self(new Rating(options));
  const rpc::ServerOptions& server = self->options_.server;
  ARENA_ASSIGN_OR_RETURN(self->exposer_,
                         metrics::Exposer::Start(server.metrics_listen, self->registry_));
  ARENA_ASSIGN_OR_RETURN(self->environment_, rpc::Environment::Make(server, self->registry_));
  self->leaderboards_ =
      std::make_unique<LeaderboardService>(*self->environment_, SettingsOf(options), self->hub_,
                                           self->watchers_, self->past_, self->readers_);
  self->leaderboard_admin_ = std::make_unique<LeaderboardAdminService>(
      *self->environment_, self->hub_, self->past_, self->readers_);
  self->ratings_ =
      std::make_unique<RatingsService>(*self->environment_, self->hub_, self->watchers_);
  // The last snapshot is served from the first call on, while the log is being read again.
  self->directory_log_.Note(self->loader_.RefreshDirectory());
  self->load_log_.Note(self->loader_.LoadNewer());
  ARENA_ASSIGN_OR_RETURN(
      self->server_,
      rpc::RpcServer::Start(
          server, *self->environment_,
          {self->leaderboards_.get(), self->leaderboard_admin_.get(), self->ratings_.get()},
          {{"database", [database = &self->database_] { return database->Ping(); }},
           {"follower", [rating = self.get()] { return rating->CheckFollower(); }}}));
  self->StartLoops();
  return self;
}

void Rating::StartLoops() {
  fan_out_loop_.Start();
  directory_loop_.Start();
  load_loop_.Start();
  lease_loop_.Start();
  thin_loop_.Start();
  checkpoint_loop_.Start();
  style_loop_.Start();
  publish_loop_.Start();
  replay_loop_.Start();
  history_loop_.Start();
  follow_loop_.Start();
  vote_listener_ = std::make_unique<NotificationListener>(options_.database.conninfo, "arena_votes",
                                                          [this] { follow_loop_.Wake(); });
  snapshot_listener_ = std::make_unique<NotificationListener>(
      options_.database.conninfo, "arena_snapshots", [this] { load_loop_.Wake(); });
}

void Rating::StopLoops() {
  readers_.Stop();
  vote_listener_.reset();
  snapshot_listener_.reset();
  follow_loop_.Stop();
  history_loop_.Stop();
  replay_loop_.Stop();
  publish_loop_.Stop();
  style_loop_.Stop();
  checkpoint_loop_.Stop();
  thin_loop_.Stop();
  lease_loop_.Stop();
  lease_log_.Note(lease_.Release());
  load_loop_.Stop();
  directory_loop_.Stop();
  fan_out_loop_.Stop();
}

void Rating::Follow() {
  const bool was_behind = !follower_.has_caught_up();
  const auto progress = follower_.Step();
  if (IsBroken(progress.status())) StopAtBrokenLog(progress.status());
  follow_log_.Note(progress.status());
  if (!progress.ok()) return;
  followed_at_micros_ = absl::ToUnixMicros(clock_.Now());
  follow_progress_.Note(progress->position, progress->head, progress->has_more);
  if (progress->has_more) follow_loop_.Wake();
  // Within the interval the publisher comes by itself.
  const bool has_news = progress->applied > 0 || (was_behind && !progress->has_more);
  if (has_news && counts_publisher_.IsIdle()) publish_loop_.Wake();
}

void Rating::LoadHistory() {
  const auto has_more = history_.Step();
  if (IsBroken(has_more.status())) StopAtBrokenLog(has_more.status());
  history_log_.Note(has_more.status());
  if (has_more.ok() && *has_more) history_loop_.Wake();
}

void Rating::ReplayElo() {
  if (follower_.ReplayElo(kReplayVotes)) replay_loop_.Wake();
}

void Rating::Publish() {
  // A restarted replica would publish its way through the whole log; and each view of the counts
  // makes the follower copy what it touches next, so that reads get one every few seconds
  // meanwhile.
  const bool is_behind = !follower_.has_caught_up();
  if (is_behind && (follower_.position() == 0 || clock_.Now() - viewed_at_ < kCatchUpView)) return;
  viewed_at_ = clock_.Now();
  const CountsViewPtr counts = follower_.View();
  hub_.Adopt(counts);
  if (is_behind) return;
  counts_log_.Note(counts_publisher_.Step(*counts).status());
  elo_log_.Note(elo_publisher_.Step(*counts).status());
  // The first style boards need not wait for their interval.
  if (!has_style_begun_ && counts->position > 0 && CanCompute(Series::kStyle, *counts)) {
    has_style_begun_ = true;
    style_loop_.Wake();
  }
}

void Rating::PublishStyle() {
  const CountsViewPtr counts = hub_.counts();
  if (counts == nullptr || !follower_.has_caught_up()) return;
  style_log_.Note(style_publisher_.Step(*counts).status());
}

void Rating::KeepLease() {
  lease_log_.Note(lease_.Step());
  metrics_.Leading(lease_.held().has_value());
}

void Rating::Load() {
  // Our own notification arrives a moment before the snapshot is in the hub.
  if (counts_publisher_.IsStoring() || elo_publisher_.IsStoring()) return;
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
