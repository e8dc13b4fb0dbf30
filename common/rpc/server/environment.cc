#include "common/rpc/server/environment.h"

#include <utility>

#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "common/lifecycle/log.h"
#include "common/rpc/grpc_status.h"

namespace arena::rpc {

int64_t ShutdownNotice::Add(Listener listener) {
  {
    absl::MutexLock lock(&mutex_);
    if (!given_) {
      listeners_.emplace(next_ticket_, std::move(listener));
      return next_ticket_++;
    }
  }
  listener();
  return 0;
}

void ShutdownNotice::Remove(int64_t ticket) {
  absl::MutexLock lock(&mutex_);
  listeners_.erase(ticket);
}

void ShutdownNotice::Give() {
  absl::flat_hash_map<int64_t, Listener> listeners;
  {
    absl::MutexLock lock(&mutex_);
    given_ = true;
    listeners.swap(listeners_);
  }
  for (const auto& [ticket, listener] : listeners) listener();
}

absl::StatusOr<std::unique_ptr<Environment>> Environment::Make(const ServerOptions& options,
                                                               metrics::Registry& registry) {
  Authenticator authenticator = Authenticator::Local();
  if (!options.api_keys_file.empty()) {
    ARENA_ASSIGN_OR_RETURN(authenticator, Authenticator::FromFile(options.api_keys_file));
  }
  return std::unique_ptr<Environment>(new Environment(std::move(authenticator), options, registry));
}

Environment::Environment(Authenticator authenticator, const ServerOptions& options,
                         metrics::Registry& registry)
    : authenticator_(std::move(authenticator)),
      default_deadline_(options.default_deadline),
      calls_(registry.AddCounters("arena_rpc_calls_total", "Calls that ended, by gRPC code.",
                                  {"method", "code"})),
      seconds_(registry.AddHistograms("arena_rpc_call_seconds", "Time from call to answer.",
                                      {"method"})),
      limit_refusals_(registry.AddCounters("arena_limit_refusals_total",
                                           "Calls that were refused because of a limit, by its "
                                           "name in common/base/limits.h.",
                                           {"limit"})),
      unread_requests_(registry.AddCounter(
          "arena_rpc_requests_unread_total",
          "Requests that no handler saw: their bytes are no message of their method.")),
      unread_streams_(options.unread_patience) {}

Method::Method(Environment& environment, std::string name, Scope scopes)
    : environment_(environment),
      name_(std::move(name)),
      scopes_(scopes),
      seconds_(environment.seconds_.With({name_})) {
  for (size_t code = 0; code < calls_.size(); ++code) {
    calls_[code] = &environment.calls_.With({name_, CodeName(static_cast<grpc::StatusCode>(code))});
  }
}

absl::StatusOr<Principal> Method::Admit(const grpc::ServerContextBase& context) const {
  if (scopes_ == Scope::kAnyone) return Principal{.name = "anyone", .scopes = Scope::kAnyone};
  ARENA_ASSIGN_OR_RETURN(Principal principal, environment_.authenticator().Authenticate(context));
  ARENA_RETURN_IF_ERROR(RequireScope(principal, scopes_));
  return principal;
}

void Method::Record(std::string_view principal, std::string_view request_id,
                    const absl::Status& status, const grpc::Status& answer,
                    absl::Duration elapsed) const {
  calls_.at(static_cast<size_t>(answer.error_code()))->Increment();
  seconds_.Observe(absl::ToDoubleSeconds(elapsed));
  const std::string limit = LimitOf(status);
  if (!limit.empty()) environment_.limit_refusals_.With({limit}).Increment();
  lifecycle::LogCall({.method = name_,
                      .principal = principal,
                      .request_id = request_id,
                      .code = CodeName(answer.error_code()),
                      .reason = ReasonOf(status),
                      .elapsed = elapsed});
}

}  // namespace arena::rpc
