#pragma once

#include <grpcpp/create_channel.h>

#include <memory>
#include <string>

namespace arena::testing {

// A channel for clients that read late, or not at all. gRPC's own client measures the connection
// and, where answers take long to come (a busy machine is enough), takes in megabytes that nobody
// has read; with this one the server's writes wait after 64 KiB.
inline std::shared_ptr<grpc::Channel> SlowReaderChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  // Not the connection of another channel to the same address.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace arena::testing
