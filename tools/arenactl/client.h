#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/rpc/channel.h"

namespace arena::arenactl {

// One of the four services, as the command line names it.
struct ServiceName {
  // "matchmaker": the flag is --matchmaker.
  const char* name;
  const char* default_address;
  // Environment variable that replaces the default.
  const char* environment;
};
inline constexpr ServiceName kMatchmaker = {"matchmaker", "127.0.0.1:50051",
                                            "ARENA_MATCHMAKER_ADDRESS"};
inline constexpr ServiceName kModelGateway = {"model-gateway", "127.0.0.1:50052",
                                              "ARENA_MODEL_GATEWAY_ADDRESS"};
inline constexpr ServiceName kVoteIngest = {"vote-ingest", "127.0.0.1:50053",
                                            "ARENA_VOTE_INGEST_ADDRESS"};
inline constexpr ServiceName kRating = {"rating", "127.0.0.1:50054", "ARENA_RATING_ADDRESS"};

// Adds `--NAME HOST:PORT` for a service and sets `address` to its default.
void AddAddressFlag(CLI::App& command, const ServiceName& service, std::string& address);

// As above, for commands that spread their calls over several replicas: HOST:PORT,HOST:PORT,…
void AddReplicasFlag(CLI::App& command, const ServiceName& service, std::string& addresses);
std::vector<std::string> SplitAddresses(const std::string& addresses);

// A whole number in these bounds; unlike CLI::Range it does not clutter the help.
CLI::Validator Between(int64_t least, int64_t most);

// A server of ours and the channel to it. Copies share the channel; threads may share a copy.
class Remote {
 public:
  // Takes the key and the TLS files from ARENA_API_KEY, ARENA_TLS_CA_FILE,
  // ARENA_TLS_CERTIFICATE_FILE and ARENA_TLS_KEY_FILE. Does not connect yet.
  static absl::StatusOr<Remote> Make(const ServiceName& service, const std::string& address);

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  const std::string& address() const { return address_; }

  // The outcome of a call, as a sentence that names the server and what to do; keeps code and
  // reason.
  absl::Status Check(const grpc::Status& status) const;

 private:
  Remote(std::string name, std::string address, std::shared_ptr<grpc::Channel> channel);

  std::string name_;
  std::string address_;
  std::shared_ptr<grpc::Channel> channel_;
};

// Whether the same call may well succeed a little later: the server is away or starting, its limits
// are reached, or another call is at work on the same turn. Safe to act on for idempotent calls
// only.
bool IsWorthRepeating(const absl::Status& status);

// How long to wait before attempt number `attempt` + 1: doubles from 50 ms up to 2 s.
absl::Duration BackoffBefore(int attempt);

// Unary calls get this long.
inline constexpr absl::Duration kCallTimeout = absl::Seconds(30);

// Makes one unary call with kCallTimeout.
template <typename Stub, typename Request, typename Response>
absl::Status CallOnce(const Remote& remote, Stub& stub,
                      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                      const Request& request, Response& response) {
  grpc::ClientContext context;
  rpc::SetDeadline(context, kCallTimeout);
  return remote.Check((stub.*method)(&context, request, &response));
}

// Makes an idempotent call again, up to ten times, while it is worth repeating.
template <typename Stub, typename Request, typename Response>
absl::Status CallUntilAnswered(const Remote& remote, Stub& stub,
                               grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                            Response*),
                               const Request& request, Response& response) {
  constexpr int kAttempts = 10;
  for (int attempt = 1;; ++attempt) {
    const absl::Status status = CallOnce(remote, stub, method, request, response);
    if (status.ok() || !IsWorthRepeating(status) || attempt == kAttempts) return status;
    absl::SleepFor(BackoffBefore(attempt));
  }
}

}  // namespace arena::arenactl
