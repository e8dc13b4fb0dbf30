#include "tools/arenactl/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_split.h"
#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "common/rpc/channel.h"
#include "common/rpc/grpc_status.h"

namespace arena::arenactl {
namespace {

std::string FromEnvironment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

// What the user can do about an error that has no reason of ours.
std::string AdviceFor(absl::StatusCode code, const std::string& name) {
  switch (code) {
    case absl::StatusCode::kUnavailable:
      return fmt::format(": start the system with './arena up', or give --{} HOST:PORT", name);
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return ": put a key with the needed scope into ARENA_API_KEY";
    case absl::StatusCode::kUnimplemented:
      return fmt::format(": --{} leads to another service or an older version", name);
    default:
      return "";
  }
}

std::string WithoutFullStop(std::string text) {
  while (!text.empty() && (text.back() == '.' || text.back() == '\n')) text.pop_back();
  return text;
}

}  // namespace

void AddAddressFlag(CLI::App& command, const ServiceName& service, std::string& address) {
  address = service.default_address;
  command
      .add_option(fmt::format("--{}", service.name), address,
                  fmt::format("Address of {}", service.name))
      ->envname(service.environment)
      ->type_name("HOST:PORT")
      ->capture_default_str()
      ->group("Addresses");
}

void AddReplicasFlag(CLI::App& command, const ServiceName& service, std::string& addresses) {
  addresses = service.default_address;
  command
      .add_option(fmt::format("--{}", service.name), addresses,
                  fmt::format("Addresses of the replicas of {}, separated by commas", service.name))
      ->envname(service.environment)
      ->type_name("HOST:PORT,...")
      ->capture_default_str()
      ->group("Addresses");
}

std::vector<std::string> SplitAddresses(const std::string& addresses) {
  return absl::StrSplit(addresses, ',', absl::SkipEmpty());
}

CLI::Validator Between(int64_t least, int64_t most) {
  return CLI::Range(least, most).description("");
}

Remote::Remote(std::string name, std::string address, std::shared_ptr<grpc::Channel> channel)
    : name_(std::move(name)), address_(std::move(address)), channel_(std::move(channel)) {}

absl::StatusOr<Remote> Remote::Make(const ServiceName& service, const std::string& address) {
  rpc::ChannelOptions options;
  options.address = address;
  options.api_key = FromEnvironment("ARENA_API_KEY");
  options.tls_ca_file = FromEnvironment("ARENA_TLS_CA_FILE");
  options.tls_certificate_file = FromEnvironment("ARENA_TLS_CERTIFICATE_FILE");
  options.tls_key_file = FromEnvironment("ARENA_TLS_KEY_FILE");
  ARENA_ASSIGN_OR_RETURN(std::shared_ptr<grpc::Channel> channel, rpc::MakeChannel(options));
  return Remote(service.name, address, std::move(channel));
}

absl::Status Remote::Check(const grpc::Status& status) const {
  if (status.ok()) return absl::OkStatus();
  const absl::Status error = rpc::FromGrpcStatus(status);
  const auto details = DetailsOf(error);
  const std::string what = WithoutFullStop(std::string(error.message()));
  if (details.has_value()) {
    return MakeError(error.code(), details->reason,
                     fmt::format("{} refused: {} ({}).", name_, what, details->reason),
                     details->metadata);
  }
  const char* verb =
      error.code() == absl::StatusCode::kUnavailable ? "cannot be reached" : "failed";
  return absl::Status(error.code(), fmt::format("{} at {} {} ({}){}.", name_, address_, verb, what,
                                                AdviceFor(error.code(), name_)));
}

bool IsWorthRepeating(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable ||
         status.code() == absl::StatusCode::kResourceExhausted ||
         status.code() == absl::StatusCode::kAborted ||
         status.code() == absl::StatusCode::kDeadlineExceeded;
}

absl::Duration BackoffBefore(int attempt) {
  return std::min(absl::Milliseconds(50) * (1 << std::min(attempt - 1, 10)), absl::Seconds(2));
}

}  // namespace arena::arenactl
