#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/metrics/metrics.h"

namespace arena::matchmaker {

// What matchmaker counts. Nothing here names a model or tells one draw from another. Shared by
// threads.
class Metrics {
 public:
  explicit Metrics(metrics::Registry& registry);

  void Created() { created_.Increment(); }
  void Replayed() { replayed_.Increment(); }
  void Refused(const absl::Status& status);
  void Drew(absl::Duration elapsed) { draw_seconds_.Observe(absl::ToDoubleSeconds(elapsed)); }
  void Redrew() { redrawn_.Increment(); }
  void Committed(size_t rows) { commit_rows_.Observe(static_cast<double>(rows)); }

  void SetEligibleModels(size_t count) { eligible_models_.Set(static_cast<double>(count)); }
  void SetRatings(int64_t position, int models);

 private:
  metrics::Counter& created_;
  metrics::Counter& replayed_;
  metrics::Labelled<metrics::Counter> refused_;
  metrics::Histogram& draw_seconds_;
  metrics::Counter& redrawn_;
  metrics::Histogram& commit_rows_;
  metrics::Gauge& eligible_models_;
  metrics::Gauge& ratings_position_;
  metrics::Gauge& rated_models_;
};

}  // namespace arena::matchmaker
