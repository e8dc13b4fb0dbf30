#include "tools/arenactl/votes/export.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "absl/time/clock.h"
#include "arena/v1/vote_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "common/rpc/channel.h"
#include "tools/arenactl/client.h"
#include "tools/arenactl/terminal.h"
#include "tools/arenactl/votes/entry_line.h"

namespace arena::arenactl {
namespace {

constexpr int kAttempts = 10;
// Ten million votes take minutes; a stream that says nothing for this long is broken.
constexpr absl::Duration kExportTimeout = absl::Hours(1);

absl::Status WriteOut(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size()) return absl::OkStatus();
  return absl::DataLossError(
      fmt::format("Standard output cannot be written ({}); what was written is not the whole log.",
                  std::strerror(errno)));
}

// One stream, from `next` on. Moves `next` behind what was written.
absl::Status ExportOnce(const Remote& vote_ingest, int64_t until, int64_t& next,
                        Progress& progress) {
  v1::VoteService::Stub stub(vote_ingest.channel());
  grpc::ClientContext context;
  rpc::SetDeadline(context, kExportTimeout);
  v1::ExportVotesRequest request;
  request.set_start_position(next);
  request.set_end_position(until);
  const auto reader = stub.ExportVotes(&context, request);
  v1::ExportVotesResponse response;
  std::string lines;
  while (reader->Read(&response)) {
    lines.clear();
    for (const v1::VoteEntry& entry : response.entries()) {
      AppendEntryLine(entry, lines);
      next = entry.position() + 1;
    }
    const absl::Status written = WriteOut(lines);
    if (!written.ok()) {
      context.TryCancel();
      return written;
    }
    progress.Show(next - 1);
  }
  return vote_ingest.Check(reader->Finish());
}

}  // namespace

absl::Status RunExport(const ExportOptions& options) {
  ARENA_ASSIGN_OR_RETURN(const Remote vote_ingest, Remote::Make(kVoteIngest, options.vote_ingest));
  Progress progress("entries", 0);
  int64_t next = std::max<int64_t>(options.from, 1);
  for (int attempt = 1;; ++attempt) {
    const int64_t before = next;
    const absl::Status status = ExportOnce(vote_ingest, options.until, next, progress);
    const bool has_all = options.until != 0 && next > options.until;
    if (status.ok() || has_all) return absl::OkStatus();
    if (!IsWorthRepeating(status)) return status;
    if (next > before) attempt = 1;
    if (attempt == kAttempts) return status;
    absl::SleepFor(BackoffBefore(attempt));
  }
}

}  // namespace arena::arenactl
