#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "tests/support/arena_cluster.h"

namespace arena::testing {

// A channel to the first replica of a service.
std::shared_ptr<grpc::Channel> ChannelTo(const ArenaCluster& cluster, const std::string& service);

// What a page says; empty when it cannot be read.
std::string HttpGet(const std::string& url);

// The value of a metric of a service's first replica, such as `arena_gateway_streams_active`; 0
// without.
double MetricOf(const ArenaCluster& cluster, const std::string& service, const std::string& line);

// A `request_id` that nobody has used.
std::string NewRequestId();

}  // namespace arena::testing
