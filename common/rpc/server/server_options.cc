#include "common/rpc/server/server_options.h"

#include <string_view>

#include "absl/status/status.h"
#include "common/rpc/address.h"

namespace arena::rpc {

void AddServerSettings(config::SettingsParser& parser, ServerOptions& options) {
  parser.Group("Server");
  parser.Add("listen", &options.listen, "Address of the gRPC server; port 0 is any.",
             {"host:port", [](std::string_view text) { return PortOf(text).has_value(); }});
  parser.Add("metrics-listen", &options.metrics_listen,
             "Address of the metrics page; port 0 is any, empty is none.",
             {"host:port or empty",
              [](std::string_view text) { return text.empty() || PortOf(text).has_value(); }});
  parser.Add("insecure-listen", &options.insecure_listen,
             "Listen beyond loopback although TLS or API keys are missing.");
  parser.Add("api-keys-file", &options.api_keys_file,
             "YAML list of callers {name, scope, sha256}; without it every caller is let in.");
  parser.Add("tls-certificate-file", &options.tls_certificate_file,
             "PEM file of the server's certificate chain.");
  parser.Add("tls-key-file", &options.tls_key_file, "PEM file of the server's private key.");
  parser.Add("tls-client-ca-file", &options.tls_client_ca_file,
             "PEM file of the CA that signs clients' certificates; makes them required.");
  parser.Add("default-deadline", &options.default_deadline,
             "Deadline of a unary call whose caller sets none.",
             config::DurationBetween(absl::Milliseconds(1), absl::Hours(1)));
  parser.Add("notice-time", &options.notice_time,
             "How long health says NOT_SERVING before a shutdown refuses calls.",
             config::DurationBetween(absl::ZeroDuration(), absl::Minutes(5)));
  parser.Add("drain-time", &options.drain_time, "How long a shutdown waits for calls under way.",
             config::DurationBetween(absl::ZeroDuration(), absl::Hours(1)));
  parser.Add("unread-patience", &options.unread_patience,
             "A stream is cancelled when its client has not taken a whole message for this long.",
             config::DurationBetween(absl::Seconds(1), absl::Hours(1)));
  parser.Add("log-level", &options.log_level, "Lowest level logged.",
             config::OneOf({"debug", "info", "warn", "error", "off"}));
  parser.AddRule([&options]() -> absl::Status {
    if (options.tls_certificate_file.empty() != options.tls_key_file.empty()) {
      return absl::InvalidArgumentError(
          "tls-certificate-file and tls-key-file belong together; one is missing.");
    }
    if (!options.tls_client_ca_file.empty() && options.tls_key_file.empty()) {
      return absl::InvalidArgumentError("tls-client-ca-file needs tls-certificate-file.");
    }
    return absl::OkStatus();
  });
}

}  // namespace arena::rpc
