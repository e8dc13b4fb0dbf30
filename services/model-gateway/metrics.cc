#include "services/model-gateway/metrics.h"

#include <iterator>
#include <string>

namespace arena::model_gateway {
namespace {

constexpr const char* kEnds[] = {"",          "complete", "length",    "filtered",
                                 "truncated", "failed",   "timed_out", "cancelled"};

}  // namespace

Metrics::Metrics(metrics::Registry& registry)
    : streams_(registry.AddGauge("arena_gateway_streams_active", "Turns being answered.")),
      first_token_(registry.AddHistogram("arena_gateway_first_token_seconds",
                                         "From the beginning of a turn to a side's first text.")),
      added_(registry.AddHistogram("arena_gateway_added_latency_seconds",
                                   "From a provider's piece of text to its way to the client.")),
      redrawn_(registry.AddCounters("arena_gateway_redraws_total", "Sides drawn again.", {"result"})
                   .With({"done"})),
      redraw_refused_(
          registry.AddCounters("arena_gateway_redraws_total", "Sides drawn again.", {"result"})
              .With({"refused"})),
      paused_(registry.AddCounter("arena_gateway_provider_pauses_total",
                                  "Times that a provider was made to wait for a slow client.")) {
  const auto sides =
      registry.AddCounters("arena_gateway_sides_total", "Sides that ended, by how.", {"end"});
  for (size_t i = 1; i < std::size(kEnds); ++i) sides_[i] = &sides.With({kEnds[i]});
}

}  // namespace arena::model_gateway
