#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/config/settings.h"

namespace arena::rpc {

// How to reach a server of ours.
struct ChannelOptions {
  // host:port.
  std::string address;
  // Sent as `authorization: Bearer KEY` with every call; empty for none.
  std::string api_key;
  // PEM file of the CA to trust; empty for plain text.
  std::string tls_ca_file;
  // PEM files of the client's certificate; empty for none.
  std::string tls_certificate_file;
  std::string tls_key_file;
  // Service config as JSON, for example a retry policy; only for methods where repeating is safe.
  std::string service_config_json;
};

// A channel that connects when it is first used and reconnects by itself. FAILED_PRECONDITION when
// a TLS file cannot be read, INVALID_ARGUMENT for an address that is no host:port, a key that is no
// header, or half a certificate.
absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const ChannelOptions& options);

// Adds --CALLEE-address, --CALLEE-tls-ca-file and the secret CALLEE-api-key. `use` says what the
// callee is for, and what an empty address means.
void AddChannelSettings(config::SettingsParser& parser, const std::string& callee, std::string use,
                        ChannelOptions& options);

// Sets the deadline of a call. Every call has one.
void SetDeadline(grpc::ClientContext& context, absl::Duration timeout);

// A service config that retries UNAVAILABLE, up to four attempts with growing pauses, for the given
// fully named methods ("arena.v1.MatchmakerService/GetBattle"); name only idempotent ones.
std::string RetryConfig(const std::vector<std::string>& methods);

}  // namespace arena::rpc
