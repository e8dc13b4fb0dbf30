#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace arena::rpc {

// The bytes of a small file; FAILED_PRECONDITION naming it when it cannot be read.
absl::StatusOr<std::string> ReadFile(const std::string& path);

}  // namespace arena::rpc
