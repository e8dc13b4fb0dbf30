#pragma once

#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "arena/v1/vote_service.pb.h"
#include "tools/arenactl/client.h"

namespace arena::arenactl {

// Hands the entries of the vote log on, batch by batch, from position `from` to `until` (0: the
// head at the time of the call). Goes on after the last batch taken when the connection breaks. An
// error of `take` ends it.
absl::Status StreamLog(const Remote& vote_ingest, int64_t from, int64_t until,
                       const std::function<absl::Status(const v1::ExportVotesResponse&)>& take);

}  // namespace arena::arenactl
