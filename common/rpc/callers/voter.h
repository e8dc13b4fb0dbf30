#pragma once

#include <grpcpp/server_context.h>

#include <string>

#include "absl/status/statusor.h"

namespace arena::rpc {

// What a frontend says of its user, by the request headers `arena-voter` and `arena-voter-address`.
// Both are empty when not sent. Never logged, never stored as they are.
struct Voter {
  std::string pseudonym;
  std::string address;
};

// FIELD_INVALID when the pseudonym is longer than limits::kVoterBytes or the address is not one.
absl::StatusOr<Voter> VoterOf(const grpc::ServerContextBase& context);

}  // namespace arena::rpc
