#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace arena::arenactl {

struct ExportOptions {
  // First and last position; 0 is the beginning, and the head at the time of the call.
  int64_t from = 0;
  int64_t until = 0;
  std::string vote_ingest;
};

// Writes the log to standard output, one entry a line. Goes on after the last entry written when
// the connection breaks.
absl::Status RunExport(const ExportOptions& options);

}  // namespace arena::arenactl
