#include "services/matchmaker/metrics.h"

#include "common/base/errors.h"

namespace arena::matchmaker {
namespace {

// A draw takes a tenth of a microsecond, the hashes beside it a few; what is slower is worth
// seeing.
const metrics::Buckets& DrawBuckets() {
  static const metrics::Buckets buckets = {1e-7, 2e-7, 5e-7, 1e-6, 2e-6, 5e-6, 1e-5, 1e-4, 1e-3};
  return buckets;
}

}  // namespace

Metrics::Metrics(metrics::Registry& registry)
    : created_(registry.AddCounter("arena_matchmaker_battles_created_total", "Battles made.")),
      replayed_(registry.AddCounter("arena_matchmaker_battles_replayed_total",
                                    "Repeats that were answered with the battle made before.")),
      refused_(registry.AddCounters("arena_matchmaker_battles_refused_total",
                                    "Battles that were not made, by reason.", {"reason"})),
      draw_seconds_(registry.AddHistogram(
          "arena_matchmaker_draw_seconds",
          "Time to make a battle before it is stored: draw, id, hashes.", DrawBuckets())),
      redrawn_(registry.AddCounter("arena_matchmaker_sides_redrawn_total",
                                   "Sides whose model failed and was replaced.")),
      commit_rows_(registry.AddHistogram("arena_matchmaker_commit_group_rows",
                                         "Battles of one commit.", metrics::SizeBuckets())),
      eligible_models_(
          registry.AddGauge("arena_matchmaker_eligible_models", "Models that can be drawn.")),
      ratings_position_(
          registry.AddGauge("arena_matchmaker_ratings_position",
                            "Position of the vote log that the newest ratings cover.")),
      rated_models_(registry.AddGauge("arena_matchmaker_rated_models",
                                      "Models that the newest ratings hold.")) {}

void Metrics::Refused(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  refused_.With({reason.empty() ? "INTERNAL" : reason}).Increment();
}

void Metrics::SetRatings(int64_t position, int models) {
  ratings_position_.Set(static_cast<double>(position));
  rated_models_.Set(models);
}

}  // namespace arena::matchmaker
