#pragma once

#include <cstdint>

#include "absl/time/time.h"
#include "common/metrics/metrics.h"

namespace arena::rating {

// What the service tells Prometheus. Any thread may call it; `registry` must outlive it.
class RatingMetrics {
 public:
  explicit RatingMetrics(metrics::Registry& registry)
      : applied_position_(registry.AddGauge("arena_rating_applied_position",
                                            "Position of the last vote log entry applied.")),
        head_position_(registry.AddGauge("arena_rating_head_position",
                                         "Position of the last vote log entry seen to exist.")),
        lag_positions_(registry.AddGauge("arena_rating_lag_positions",
                                         "Vote log entries that exist and are not applied yet.")),
        lag_seconds_(registry.AddHistogram(
            "arena_rating_vote_to_snapshot_seconds",
            "From the oldest vote that a snapshot newly covers to the snapshot's publishing.")),
        snapshot_position_(registry.AddGauge("arena_rating_snapshot_position",
                                             "Position that the newest snapshot covers.")),
        published_(registry.AddCounter("arena_rating_snapshots_published_total",
                                       "Snapshots that this replica published.")),
        publish_failures_(registry.AddCounter("arena_rating_publish_failures_total",
                                              "Snapshots that could not be computed or stored.")),
        fit_seconds_(registry.AddHistogram("arena_rating_fit_seconds",
                                           "Computing all tables of one snapshot.")),
        publish_seconds_(registry.AddHistogram("arena_rating_publish_seconds",
                                               "Storing one snapshot, without the fit.")),
        is_leader_(registry.AddGauge("arena_rating_is_leader",
                                     "1 while this replica holds the publishing lease.")),
        watchers_(
            registry.AddGauge("arena_rating_watchers_count", "Watch streams that are open.")) {}

  void Followed(int64_t applied, int64_t head) {
    applied_position_.Set(static_cast<double>(applied));
    head_position_.Set(static_cast<double>(head));
    lag_positions_.Set(static_cast<double>(head - applied));
  }
  void Adopted(int64_t position) { snapshot_position_.Set(static_cast<double>(position)); }
  void Covered(absl::Duration age) { lag_seconds_.Observe(absl::ToDoubleSeconds(age)); }
  void Fitted(absl::Duration elapsed) { fit_seconds_.Observe(absl::ToDoubleSeconds(elapsed)); }
  void Published(absl::Duration elapsed) {
    published_.Increment();
    publish_seconds_.Observe(absl::ToDoubleSeconds(elapsed));
  }
  void PublishFailed() { publish_failures_.Increment(); }
  void Leading(bool is_leader) { is_leader_.Set(is_leader ? 1 : 0); }
  void Watching(size_t watchers) { watchers_.Set(static_cast<double>(watchers)); }

 private:
  metrics::Gauge& applied_position_;
  metrics::Gauge& head_position_;
  metrics::Gauge& lag_positions_;
  metrics::Histogram& lag_seconds_;
  metrics::Gauge& snapshot_position_;
  metrics::Counter& published_;
  metrics::Counter& publish_failures_;
  metrics::Histogram& fit_seconds_;
  metrics::Histogram& publish_seconds_;
  metrics::Gauge& is_leader_;
  metrics::Gauge& watchers_;
};

}  // namespace arena::rating
