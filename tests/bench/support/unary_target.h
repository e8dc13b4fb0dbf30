#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "common/rpc/channel.h"
#include "tests/bench/support/load.h"

namespace arena::bench {

// Longer than any answer of a server that works.
inline constexpr absl::Duration kCallTimeout = absl::Seconds(30);

// One unary method at one address, over a few connections, by the callback API. A server and its
// bare limit get the same one.
template <typename Service, typename Request, typename Response>
class UnaryTarget : public Target {
 public:
  using Stub = typename Service::Stub;
  struct Options {
    std::string address;
    size_t connections = 4;
    size_t slots = 1;
    // Writes call `number` into the request and its headers.
    std::function<void(int64_t number, Request& request, grpc::ClientContext& context)> fill;
    // Calls the method of the stub.
    std::function<void(Stub& stub, grpc::ClientContext*, const Request*, Response*, Target::Done)>
        method;
  };

  explicit UnaryTarget(Options options) : options_(std::move(options)), slots_(options_.slots) {
    for (size_t i = 0; i < options_.connections; ++i) {
      grpc::ChannelArguments arguments;
      // Otherwise channels to one address share one connection.
      arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
      stubs_.push_back(Service::NewStub(grpc::CreateCustomChannel(
          options_.address, grpc::InsecureChannelCredentials(), arguments)));
    }
  }

  void Begin(int64_t number, size_t slot, Done done) override {
    Slot& call = slots_[slot];
    call.context.emplace();
    rpc::SetDeadline(*call.context, kCallTimeout);
    options_.fill(number, call.request, *call.context);
    options_.method(*stubs_[slot % stubs_.size()], &*call.context, &call.request, &call.response,
                    std::move(done));
  }

 private:
  struct Slot {
    std::optional<grpc::ClientContext> context;
    Request request;
    Response response;
  };

  const Options options_;
  std::vector<std::unique_ptr<Stub>> stubs_;
  std::vector<Slot> slots_;
};

}  // namespace arena::bench
