#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/config/settings.h"
#include "common/lifecycle/background_loop.h"
#include "common/lifecycle/process.h"
#include "common/metrics/metrics.h"
#include "common/postgres/database.h"
#include "common/postgres/notification_listener.h"
#include "common/rpc/server/environment.h"
#include "common/rpc/server/server.h"
#include "common/rpc/server/server_options.h"
#include "common/rpc/server/worker_pool.h"
#include "services/rating/live/checkpointer.h"
#include "services/rating/live/failure_log.h"
#include "services/rating/live/follower.h"
#include "services/rating/live/history_loader.h"
#include "services/rating/live/lease_keeper.h"
#include "services/rating/live/progress_log.h"
#include "services/rating/live/publisher.h"
#include "services/rating/live/snapshot_hub.h"
#include "services/rating/live/snapshot_loader.h"
#include "services/rating/live/thinner.h"
#include "services/rating/live/watch_list.h"
#include "services/rating/metrics.h"
#include "services/rating/rpc/leaderboard_admin_service.h"
#include "services/rating/rpc/leaderboard_service.h"
#include "services/rating/rpc/ratings_service.h"
#include "services/rating/storage/checkpoint_store.h"
#include "services/rating/storage/lease_store.h"
#include "services/rating/storage/model_reader.h"
#include "services/rating/storage/snapshot_reader.h"
#include "services/rating/storage/snapshot_store.h"
#include "services/rating/storage/vote_log_reader.h"

namespace arena::rating {

struct Options {
  rpc::ServerOptions server{.listen = "127.0.0.1:50054", .metrics_listen = "127.0.0.1:9104"};
  // Each loop, the readers and health have a connection each.
  DatabaseOptions database{.connections = 12, .application_name = "arena-rating"};
  // Time between two looks at the vote log, when nothing wakes us.
  absl::Duration poll_interval = absl::Milliseconds(50);
  // Time between two snapshots while votes come in.
  absl::Duration publish_interval = absl::Milliseconds(400);
  // How long a leader that stops renewing keeps others from publishing.
  absl::Duration lease_time = absl::Seconds(2);
  // Time between two style-controlled snapshots while votes come in.
  absl::Duration style_interval = absl::Seconds(60);
  // Time between two checkpoints of the counts, and the new entries that are worth one.
  absl::Duration checkpoint_interval = absl::Seconds(60);
  int checkpoint_entries = 10'000;
  // Threads that read the past from the database for callers.
  int readers = 2;
  // A model with fewer votes is provisional.
  int provisional_votes = 300;
  // A board other than `overall` is published once it has so many votes.
  int board_minimum_votes = 300;
};

void AddSettings(config::SettingsParser& parser, Options& options);

// One rating: everything that it is made of, in dependency order.
class Rating {
 public:
  static absl::StatusOr<std::unique_ptr<Rating>> Start(const Options& options);
  ~Rating();

  std::string address() const { return server_->address(); }
  // What Prometheus would scrape; for tests.
  std::string MetricsText() const { return registry_.Text(); }
  lifecycle::ShutdownSteps shutdown_steps();

 private:
  explicit Rating(const Options& options);

  void StartLoops();
  void StopLoops();
  // One step of each loop.
  void Follow();
  void LoadHistory();
  void ReplayElo();
  void Publish();
  void PublishStyle();
  void KeepLease();
  void Load();
  void FanOut();
  absl::Status CheckFollower() const;

  const Options options_;
  SystemClock clock_;
  metrics::Registry registry_{"rating"};
  RatingMetrics metrics_{registry_};
  std::unique_ptr<rpc::Environment> environment_;
  Database database_;
  VoteLogReader log_;
  // Of a connection of its own, so that reading the votes before a checkpoint keeps nobody waiting.
  VoteLogReader history_log_reader_;
  ModelReader models_{database_};
  SnapshotStore snapshots_{database_};
  SnapshotReader past_{database_};
  LeaseStore leases_{database_};
  CheckpointStore checkpoints_{database_};

  SnapshotHub hub_;
  WatchList watchers_;
  Follower follower_;
  HistoryLoader history_;
  LeaseKeeper lease_;
  SnapshotLoader loader_;
  Publisher counts_publisher_;
  Publisher elo_publisher_;
  Publisher style_publisher_;
  Checkpointer checkpointer_;
  Thinner thinner_{clock_, lease_, snapshots_, metrics_};
  // Of the publishing loop.
  bool has_style_begun_ = false;
  std::atomic<int64_t> followed_at_micros_;
  ProgressLog follow_progress_;
  // The last view of the counts; of the publishing thread.
  absl::Time viewed_at_ = absl::InfinitePast();
  FailureLog follow_log_{"follow the vote log"};
  FailureLog history_log_{"read the votes before the checkpoint"};
  FailureLog counts_log_{"publish snapshots of counts"};
  FailureLog elo_log_{"publish snapshots of Elo"};
  FailureLog style_log_{"publish snapshots with style control"};
  FailureLog checkpoint_log_{"save checkpoints"};
  FailureLog thin_log_{"thin out old snapshots"};
  FailureLog lease_log_{"hold the publisher's lease"};
  FailureLog load_log_{"load snapshots"};
  FailureLog directory_log_{"read the models' facts"};

  rpc::WorkerPool readers_;
  std::unique_ptr<LeaderboardService> leaderboards_;
  std::unique_ptr<LeaderboardAdminService> leaderboard_admin_;
  std::unique_ptr<RatingsService> ratings_;
  std::unique_ptr<rpc::RpcServer> server_;

  lifecycle::BackgroundLoop fan_out_loop_;
  lifecycle::BackgroundLoop directory_loop_;
  lifecycle::BackgroundLoop load_loop_;
  lifecycle::BackgroundLoop lease_loop_;
  lifecycle::BackgroundLoop thin_loop_;
  lifecycle::BackgroundLoop checkpoint_loop_;
  lifecycle::BackgroundLoop style_loop_;
  lifecycle::BackgroundLoop publish_loop_;
  lifecycle::BackgroundLoop replay_loop_;
  lifecycle::BackgroundLoop history_loop_;
  lifecycle::BackgroundLoop follow_loop_;
  std::unique_ptr<NotificationListener> vote_listener_;
  std::unique_ptr<NotificationListener> snapshot_listener_;
  // Ends first: it reads what is above.
  std::unique_ptr<metrics::Exposer> exposer_;
};

}  // namespace arena::rating
