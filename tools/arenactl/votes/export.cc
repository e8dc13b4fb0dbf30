#include "tools/arenactl/votes/export.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "common/base/status_macros.h"
#include "tools/arenactl/client.h"
#include "tools/arenactl/terminal.h"
#include "tools/arenactl/votes/entry_line.h"
#include "tools/arenactl/votes/log_stream.h"

namespace arena::arenactl {
namespace {

absl::Status WriteOut(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) {
    return absl::OkStatus();
  }
  return absl::DataLossError(
      fmt::format("Standard output cannot be written ({}); what was written is not the whole log.",
                  std::strerror(errno)));
}

}  // namespace

absl::Status RunExport(const ExportOptions& options) {
  if (options.until != 0 && options.until < options.from) {
    return absl::InvalidArgumentError(
        fmt::format("--until {} is before --from {}.", options.until, options.from));
  }
  ARENA_ASSIGN_OR_RETURN(const Remote vote_ingest, Remote::Make(kVoteIngest, options.vote_ingest));
  Progress progress("entries", 0);
  std::string lines;
  return StreamLog(vote_ingest, std::max<int64_t>(options.from, 1), options.until,
                   [&](const v1::ExportVotesResponse& batch) {
                     lines.clear();
                     for (const v1::VoteEntry& entry : batch.entries()) {
                       AppendEntryLine(entry, lines);
                       progress.Show(entry.position());
                     }
                     return WriteOut(lines);
                   });
}

}  // namespace arena::arenactl
