#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tools/arenactl/client.h"
#include "tools/arenactl/leaderboard/verify/offline_log.h"

namespace arena::arenactl {

// The log as vote-ingest has it.
std::unique_ptr<LogCursor> ReadRemoteLog(const Remote& vote_ingest);

// The log as `votes export` wrote it, plain or gzip. Errors name the file and the line.
absl::StatusOr<std::unique_ptr<LogCursor>> ReadLogFile(const std::string& path);

}  // namespace arena::arenactl
