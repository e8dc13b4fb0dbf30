#include "common/rpc/callers/principal.h"

#include "common/base/errors.h"

namespace arena::rpc {

absl::Status RequireScope(const Principal& principal, Scope wanted) {
  if ((static_cast<unsigned>(principal.scopes) & static_cast<unsigned>(wanted)) != 0) {
    return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kPermissionDenied, "SCOPE_MISSING",
                   "The caller's key does not allow this call.");
}

absl::StatusOr<Scope> ParseScope(std::string_view name) {
  if (name == "frontend") return Scope::kFrontend;
  if (name == "service") return Scope::kService;
  if (name == "operator") return Scope::kOperator;
  return absl::InvalidArgumentError("A scope is frontend, service or operator.");
}

}  // namespace arena::rpc
