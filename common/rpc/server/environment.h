#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/metrics/metrics.h"
#include "common/rpc/callers/authenticator.h"
#include "common/rpc/server/server_options.h"
#include "common/rpc/server/unread_streams.h"

namespace arena::rpc {

// Calls every listener once when the server begins to shut down; watch streams end by it.
class ShutdownNotice {
 public:
  using Listener = std::function<void()>;

  // Calls at once when the notice was given before. Returns a ticket for Remove.
  int64_t Add(Listener listener);
  void Remove(int64_t ticket);
  void Give();

 private:
  absl::Mutex mutex_;
  bool given_ ABSL_GUARDED_BY(mutex_) = false;
  int64_t next_ticket_ ABSL_GUARDED_BY(mutex_) = 1;
  absl::flat_hash_map<int64_t, Listener> listeners_ ABSL_GUARDED_BY(mutex_);
};

// What the calls of one server share: who may call, metrics, default deadline. Made before the
// services, outlives the server. Threads may share it.
class Environment {
 public:
  // Reads the keys that `options` name. `registry` must outlive the environment.
  static absl::StatusOr<std::unique_ptr<Environment>> Make(const ServerOptions& options,
                                                           metrics::Registry& registry);

  const Authenticator& authenticator() const { return authenticator_; }
  absl::Duration default_deadline() const { return default_deadline_; }
  ShutdownNotice& shutdown_notice() { return shutdown_notice_; }
  UnreadStreams& unread_streams() { return unread_streams_; }
  // Counts a request that no handler saw: its bytes are no message of its method. gRPC refuses what
  // is too large before anyone could count it.
  void CountUnreadRequest() { unread_requests_.Increment(); }

 private:
  friend class Method;
  Environment(Authenticator authenticator, const ServerOptions& options,
              metrics::Registry& registry);

  const Authenticator authenticator_;
  const absl::Duration default_deadline_;
  // arena_rpc_calls_total{method, code} and arena_rpc_call_seconds{method}.
  metrics::Labelled<metrics::Counter> calls_;
  metrics::Labelled<metrics::Histogram> seconds_;
  // arena_limit_refusals_total{limit}.
  metrics::Labelled<metrics::Counter> limit_refusals_;
  metrics::Counter& unread_requests_;
  ShutdownNotice shutdown_notice_;
  UnreadStreams unread_streams_;
};

// One RPC method of a service: its name, who may call it, its metrics. A member of the service,
// made once. Threads may share it.
class Method {
 public:
  // `name` is "Service/Method", for example "MatchmakerService/CreateBattle".
  Method(Environment& environment, std::string name, Scope scopes);

  // Authenticates the caller and checks its scope.
  absl::StatusOr<Principal> Admit(const grpc::ServerContextBase& context) const;

  // Counts and logs a finished call: how it ended, and what the caller was told of that.
  void Record(std::string_view principal, std::string_view request_id, const absl::Status& status,
              const grpc::Status& answer, absl::Duration elapsed) const;

  Environment& environment() const { return environment_; }
  const std::string& name() const { return name_; }

 private:
  Environment& environment_;
  const std::string name_;
  const Scope scopes_;
  metrics::Histogram& seconds_;
  // By gRPC code, 0 to 16.
  std::array<metrics::Counter*, 17> calls_;
};

}  // namespace arena::rpc
