#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "common/metrics/metrics.h"
#include "services/rating/core/snapshots/series.h"

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
        missing_positions_(registry.AddGauge(
            "arena_rating_missing_positions",
            "Vote log entries before the checkpoint that are still to be read again.")),
        lag_seconds_(registry.AddHistogram(
            "arena_rating_vote_to_snapshot_seconds",
            "From the oldest vote that a snapshot of counts newly covers to its publishing.")),
        snapshot_position_(BySeries(registry.AddGauges(
            "arena_rating_snapshot_position",
            "Position that the newest snapshot of a series covers.", {"series"}))),
        published_(
            BySeries(registry.AddCounters("arena_rating_snapshots_published_total",
                                          "Snapshots that this replica published.", {"series"}))),
        publish_failures_(BySeries(
            registry.AddCounters("arena_rating_publish_failures_total",
                                 "Snapshots that could not be computed or stored.", {"series"}))),
        fit_seconds_(BySeries(registry.AddHistograms(
            "arena_rating_fit_seconds", "Computing all tables of one snapshot.", {"series"}))),
        publish_seconds_(BySeries(registry.AddHistograms(
            "arena_rating_publish_seconds", "Storing one snapshot, without the fit.", {"series"}))),
        thinned_(registry.AddCounter("arena_rating_snapshots_thinned_total",
                                     "Snapshots whose tables this replica deleted by their age.")),
        checkpoints_(registry.AddCounter("arena_rating_checkpoints_total",
                                         "Checkpoints of counts that this replica saved.")),
        is_leader_(registry.AddGauge("arena_rating_is_leader",
                                     "1 while this replica holds the publishing lease.")),
        watchers_(
            registry.AddGauge("arena_rating_watchers_count", "Watch streams that are open.")) {}

  void Followed(int64_t applied, int64_t head) {
    applied_position_.Set(static_cast<double>(applied));
    head_position_.Set(static_cast<double>(head));
    lag_positions_.Set(static_cast<double>(head - applied));
  }
  void Missing(int64_t positions) { missing_positions_.Set(static_cast<double>(positions)); }
  void Adopted(Series series, int64_t position) {
    Of(snapshot_position_, series).Set(static_cast<double>(position));
  }
  void Covered(absl::Duration age) { lag_seconds_.Observe(absl::ToDoubleSeconds(age)); }
  void Fitted(Series series, absl::Duration elapsed) {
    Of(fit_seconds_, series).Observe(absl::ToDoubleSeconds(elapsed));
  }
  void Published(Series series, absl::Duration elapsed) {
    Of(published_, series).Increment();
    Of(publish_seconds_, series).Observe(absl::ToDoubleSeconds(elapsed));
  }
  void PublishFailed(Series series) { Of(publish_failures_, series).Increment(); }
  void Thinned(size_t snapshots) { thinned_.Increment(static_cast<double>(snapshots)); }
  void Checkpointed() { checkpoints_.Increment(); }
  void Leading(bool is_leader) { is_leader_.Set(is_leader ? 1 : 0); }
  void Watching(size_t watchers) { watchers_.Set(static_cast<double>(watchers)); }

 private:
  // One metric for each series.
  template <typename Metric>
  using Each = std::array<Metric*, std::size(kAllSeries)>;

  template <typename Metric>
  static Each<Metric> BySeries(const metrics::Labelled<Metric>& family) {
    Each<Metric> each{};
    for (const Series series : kAllSeries) {
      each[static_cast<size_t>(series)] = &family.With({std::string(NameOf(series))});
    }
    return each;
  }
  template <typename Metric>
  static Metric& Of(const Each<Metric>& each, Series series) {
    return *each[static_cast<size_t>(series)];
  }

  metrics::Gauge& applied_position_;
  metrics::Gauge& head_position_;
  metrics::Gauge& lag_positions_;
  metrics::Gauge& missing_positions_;
  metrics::Histogram& lag_seconds_;
  Each<metrics::Gauge> snapshot_position_;
  Each<metrics::Counter> published_;
  Each<metrics::Counter> publish_failures_;
  Each<metrics::Histogram> fit_seconds_;
  Each<metrics::Histogram> publish_seconds_;
  metrics::Counter& thinned_;
  metrics::Counter& checkpoints_;
  metrics::Gauge& is_leader_;
  metrics::Gauge& watchers_;
};

}  // namespace arena::rating
