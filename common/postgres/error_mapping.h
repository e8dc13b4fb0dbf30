#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

// Exceptions stop here: what libpqxx throws becomes a Status.
namespace arena {

// Runs `body` and maps what it throws:
//
//   connection lost, server starting, stopping or
//   read-only, statement too slow, disk full         STORAGE_UNAVAILABLE (UNAVAILABLE)
//   outcome of a commit unknown, or an error that
//   the server did not send; see IsInDoubt           OUTCOME_UNKNOWN (UNAVAILABLE)
//   serialization failure, deadlock                  RACE_LOST (ABORTED)
//   a row that the database refuses (22, 23)         kInvalidArgument
//   anything else                                    INTERNAL
absl::Status MapExceptions(absl::FunctionRef<absl::Status()> body);

// Whether the change may or may not have been made: the connection died during the commit, or
// perhaps so. Repeat only what is idempotent.
bool IsInDoubt(const absl::Status& status);

// Whether trying again, with the same input, may succeed: what is above, but for refusals, and a
// pool that was full.
bool IsRetriable(const absl::Status& status);

}  // namespace arena
