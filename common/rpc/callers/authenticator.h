#pragma once

#include <grpcpp/server_context.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/keyed_hash.h"
#include "common/rpc/callers/principal.h"

namespace arena::rpc {

// Tells who calls. Immutable, so threads may share it.
class Authenticator {
 public:
  // Local mode: every caller is the principal "local" with all scopes.
  static Authenticator Local();

  // Reads a YAML list of {name, scope: frontend|service|operator, sha256: HEX of the key} or, for
  // callers with a client certificate, {name, scope, certificate: COMMON NAME}.
  static absl::StatusOr<Authenticator> FromFile(const std::string& path);
  static absl::StatusOr<Authenticator> FromYaml(const std::string& text);

  // UNAUTHENTICATED unless the metadata `authorization: Bearer KEY` or the verified certificate
  // belongs to a principal. Says no more about why.
  absl::StatusOr<Principal> Authenticate(const grpc::ServerContextBase& context) const;

  // The principal of a key; compares with all hashes in constant time.
  absl::StatusOr<Principal> PrincipalOfKey(std::string_view key) const;

  bool is_local() const { return is_local_; }

 private:
  struct Entry {
    Principal principal;
    // One of the two is meaningful.
    Sha256Digest key_hash{};
    std::string certificate;
  };

  bool is_local_ = false;
  std::vector<Entry> entries_;
};

}  // namespace arena::rpc
