#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace arena::rpc {

// What a caller may do. Combined with `|` where a method serves several kinds of callers. kAnyone
// is for methods that need no key, which is health alone.
enum class Scope : unsigned { kAnyone = 0, kFrontend = 1, kService = 2, kOperator = 4 };
constexpr Scope operator|(Scope a, Scope b) {
  return static_cast<Scope>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
inline constexpr Scope kAllScopes = Scope::kFrontend | Scope::kService | Scope::kOperator;

// Who calls: a frontend, another service of ours, or an operator. `name` is unique among them; it
// is what battles and request ids are scoped to.
struct Principal {
  std::string name;
  Scope scopes = Scope::kFrontend;
};

// SCOPE_MISSING unless the principal has one of `wanted`.
absl::Status RequireScope(const Principal& principal, Scope wanted);

absl::StatusOr<Scope> ParseScope(std::string_view name);

}  // namespace arena::rpc
