#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <optional>
#include <string>

#include "tests/support/arena_cluster.h"

namespace arena::testing {

inline constexpr const char* kServices[] = {"matchmaker", "model-gateway", "vote-ingest", "rating"};

// A channel to the first replica of a service.
std::shared_ptr<grpc::Channel> ChannelTo(const ArenaCluster& cluster, const std::string& service);

// What the first replica of a service shows Prometheus; empty when it cannot be read.
std::string MetricsPage(const ArenaCluster& cluster, const std::string& service);

// The value of a metric of a service's first replica, such as `arena_gateway_streams_active`;
// nothing when its page has no such line.
std::optional<double> MetricOf(const ArenaCluster& cluster, const std::string& service,
                               const std::string& line);

// A `request_id` that nobody has used.
std::string NewRequestId();

}  // namespace arena::testing
