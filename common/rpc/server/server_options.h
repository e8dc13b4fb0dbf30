#pragma once

#include <string>

#include "absl/time/time.h"
#include "common/base/limits.h"
#include "common/config/settings.h"

namespace arena::rpc {

// How a server listens, who may call it and how it ends.
struct ServerOptions {
  // host:port; port 0 picks a free one.
  std::string listen = "127.0.0.1:0";
  // host:port of the metrics page; empty for none.
  std::string metrics_listen = "127.0.0.1:0";
  // Allows an address other than loopback without both TLS and keys.
  bool insecure_listen = false;
  // YAML file of callers; empty is local mode (see Authenticator).
  std::string api_keys_file;
  // PEM files; empty for none. With a client CA, clients must show a certificate.
  std::string tls_certificate_file;
  std::string tls_key_file;
  std::string tls_client_ca_file;
  // How long a unary call may take when its caller sets no deadline.
  absl::Duration default_deadline = limits::kDefaultDeadline;
  // How long health says NOT_SERVING before calls are refused.
  absl::Duration notice_time = absl::ZeroDuration();
  // How long a shutdown waits for calls under way.
  absl::Duration drain_time = limits::kDrainTime;
  // A stream is cancelled when its client has not taken a whole message for this long.
  absl::Duration unread_patience = limits::kUnreadPatience;
  // Time between two looks at the dependencies. Not a setting.
  absl::Duration health_interval = absl::Seconds(1);
  // debug, info, warn, error or off.
  std::string log_level = "info";
};

// Adds the settings of all fields under the title "Server": --listen, --metrics-listen,
// --insecure-listen, --api-keys-file, --tls-certificate-file, --tls-key-file, --tls-client-ca-file,
// --default-deadline, --notice-time, --drain-time, --unread-patience, --log-level.
void AddServerSettings(config::SettingsParser& parser, ServerOptions& options);

}  // namespace arena::rpc
