#pragma once

#include <array>
#include <cstddef>

#include "absl/time/time.h"
#include "common/domain/battle.h"
#include "common/metrics/metrics.h"

namespace arena::model_gateway {

// What operators see of model-gateway. Nothing here tells one model, side or battle from another.
// Shared by threads.
class Metrics {
 public:
  explicit Metrics(metrics::Registry& registry);

  void StreamBegan() { streams_.Increment(); }
  void StreamEnded() { streams_.Decrement(); }
  void SideEnded(SideEnd end) { sides_[static_cast<size_t>(end)]->Increment(); }
  // From the beginning of the turn.
  void FirstToken(absl::Duration wait) { first_token_.Observe(absl::ToDoubleSeconds(wait)); }
  // A piece of text has gone out that came in `wait` before.
  void Passed(absl::Duration wait) { added_.Observe(absl::ToDoubleSeconds(wait)); }
  void Redrew(bool is_done) { (is_done ? redrawn_ : redraw_refused_).Increment(); }
  void ProviderPaused() { paused_.Increment(); }

 private:
  metrics::Gauge& streams_;
  std::array<metrics::Counter*, 8> sides_{};  // by SideEnd
  metrics::Histogram& first_token_;
  metrics::Histogram& added_;
  metrics::Counter& redrawn_;
  metrics::Counter& redraw_refused_;
  metrics::Counter& paused_;
};

}  // namespace arena::model_gateway
