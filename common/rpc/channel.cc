#include "common/rpc/channel.h"

#include <fmt/format.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/client_interceptor.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/rpc/address.h"
#include "common/rpc/read_file.h"

namespace arena::rpc {
namespace {

// Adds the API key to every call. An interceptor, since gRPC sends call credentials over TLS alone
// and a local server has none.
class KeyInterceptor : public grpc::experimental::Interceptor {
 public:
  explicit KeyInterceptor(const std::string& header) : header_(header) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    using grpc::experimental::InterceptionHookPoints;
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_INITIAL_METADATA)) {
      methods->GetSendInitialMetadata()->emplace("authorization", header_);
    }
    methods->Proceed();
  }

 private:
  const std::string& header_;
};

class KeyInterceptorFactory : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  explicit KeyInterceptorFactory(const std::string& key) : header_("Bearer " + key) {}

  grpc::experimental::Interceptor* CreateClientInterceptor(
      grpc::experimental::ClientRpcInfo*) override {
    return new KeyInterceptor(header_);
  }

 private:
  const std::string header_;
};

bool IsCallable(std::string_view address) {
  return !address.starts_with(':') && PortOf(address).value_or(0) != 0;
}

// gRPC would take another port for one that is none, and end the process for a key that is no
// header, with the key among its last words.
absl::Status CheckOptions(const ChannelOptions& options) {
  if (!IsCallable(options.address)) {
    return absl::InvalidArgumentError(
        fmt::format("The address '{}' is no HOST:PORT.", options.address));
  }
  const auto is_visible = [](char c) { return c > ' ' && c < 0x7f; };
  if (!std::all_of(options.api_key.begin(), options.api_key.end(), is_visible)) {
    return absl::InvalidArgumentError(
        fmt::format("The API key for {} holds what a header cannot carry, perhaps a line's end.",
                    options.address));
  }
  if (options.tls_certificate_file.empty() != options.tls_key_file.empty() ||
      (options.tls_ca_file.empty() && !options.tls_certificate_file.empty())) {
    return absl::InvalidArgumentError(
        "A client's certificate needs its key, the key its certificate, and both the file of the "
        "CA of the server.");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> CredentialsOf(
    const ChannelOptions& options) {
  if (options.tls_ca_file.empty()) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions tls;
  ARENA_ASSIGN_OR_RETURN(tls.pem_root_certs, ReadFile(options.tls_ca_file));
  if (!options.tls_certificate_file.empty()) {
    ARENA_ASSIGN_OR_RETURN(tls.pem_cert_chain, ReadFile(options.tls_certificate_file));
    ARENA_ASSIGN_OR_RETURN(tls.pem_private_key, ReadFile(options.tls_key_file));
  }
  return grpc::SslCredentials(tls);
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const ChannelOptions& options) {
  ARENA_RETURN_IF_ERROR(CheckOptions(options));
  ARENA_ASSIGN_OR_RETURN(const auto credentials, CredentialsOf(options));
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(limits::kMessageBytes);
  // A dead peer is noticed while calls are under way; a server that comes back is found in a
  // second.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 20'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1'000);
  if (!options.service_config_json.empty()) {
    arguments.SetServiceConfigJSON(options.service_config_json);
  }
  std::vector<std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>> interceptors;
  if (!options.api_key.empty()) {
    interceptors.push_back(std::make_unique<KeyInterceptorFactory>(options.api_key));
  }
  return grpc::experimental::CreateCustomChannelWithInterceptors(
      options.address, credentials, arguments, std::move(interceptors));
}

void AddChannelSettings(config::SettingsParser& parser, const std::string& callee, std::string use,
                        ChannelOptions& options) {
  parser.Add(callee + "-address", &options.address, std::move(use),
             {"host:port or empty",
              [](std::string_view text) { return text.empty() || IsCallable(text); }});
  parser.Add(callee + "-tls-ca-file", &options.tls_ca_file,
             fmt::format("PEM file of the CA of {}'s certificate; empty for plain text.", callee));
  parser.AddSecret(callee + "-api-key", &options.api_key,
                   fmt::format("Key with service scope at {}; empty for none.", callee));
}

void SetDeadline(grpc::ClientContext& context, absl::Duration timeout) {
  context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
}

std::string RetryConfig(const std::vector<std::string>& methods) {
  nlohmann::json names = nlohmann::json::array();
  for (const std::string& method : methods) {
    const size_t slash = method.find('/');
    names.push_back({{"service", method.substr(0, slash)}, {"method", method.substr(slash + 1)}});
  }
  const nlohmann::json policy = {{"maxAttempts", 4},
                                 {"initialBackoff", "0.05s"},
                                 {"maxBackoff", "1s"},
                                 {"backoffMultiplier", 3},
                                 {"retryableStatusCodes", {"UNAVAILABLE"}}};
  const nlohmann::json config = {{"methodConfig", {{{"name", names}, {"retryPolicy", policy}}}}};
  return config.dump();
}

}  // namespace arena::rpc
