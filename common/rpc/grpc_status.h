#pragma once

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

// The one place where statuses cross the wire, as google.rpc.Status with ErrorInfo (aip.dev/193).
namespace arena::rpc {

// For servers. An error with a reason keeps its code, sentence, reason and metadata; FIELD_INVALID
// also carries BadRequest. STORAGE_UNAVAILABLE, OUTCOME_UNKNOWN, INTERNAL and any error without
// reason are faults of ours: the caller gets a fixed sentence, the cause is logged here, once.
grpc::Status ToGrpcStatus(const absl::Status& status);

// For clients: the inverse. ReasonOf(result) is the server's reason.
absl::Status FromGrpcStatus(const grpc::Status& status);

// Whether `reason` is a constant of arena.v1.ErrorReason without its prefix.
bool IsKnownReason(const std::string& reason);

// The name of a gRPC code, for example "NOT_FOUND".
const char* CodeName(grpc::StatusCode code);

}  // namespace arena::rpc
