#include "tools/arenactl/votes/log_stream.h"

#include "absl/time/clock.h"
#include "arena/v1/vote_service.grpc.pb.h"
#include "common/rpc/channel.h"

namespace arena::arenactl {
namespace {

constexpr int kAttempts = 10;
// Ten million votes take minutes; a stream that says nothing for this long is broken.
constexpr absl::Duration kExportTimeout = absl::Hours(1);

// One stream, and how far it got.
struct Attempt {
  absl::Status status;
  // Whether the status is of whoever took the entries.
  bool is_refused = false;
};

// Moves `next` behind what was taken.
Attempt StreamOnce(const Remote& vote_ingest, int64_t until, int64_t& next,
                   const std::function<absl::Status(const v1::ExportVotesResponse&)>& take) {
  v1::VoteService::Stub stub(vote_ingest.channel());
  grpc::ClientContext context;
  rpc::SetDeadline(context, kExportTimeout);
  v1::ExportVotesRequest request;
  request.set_start_position(next);
  request.set_end_position(until);
  const auto reader = stub.ExportVotes(&context, request);
  v1::ExportVotesResponse response;
  while (reader->Read(&response)) {
    const absl::Status taken = take(response);
    if (!taken.ok()) {
      context.TryCancel();
      return {.status = taken, .is_refused = true};
    }
    if (!response.entries().empty()) next = response.entries().rbegin()->position() + 1;
  }
  return {.status = vote_ingest.Check(reader->Finish())};
}

}  // namespace

absl::Status StreamLog(const Remote& vote_ingest, int64_t from, int64_t until,
                       const std::function<absl::Status(const v1::ExportVotesResponse&)>& take) {
  int64_t next = from;
  for (int attempt = 1;; ++attempt) {
    const int64_t before = next;
    const Attempt outcome = StreamOnce(vote_ingest, until, next, take);
    if (outcome.is_refused) return outcome.status;
    const bool has_all = until != 0 && next > until;
    if (outcome.status.ok() || has_all) return absl::OkStatus();
    // A server cancels what nobody has read for a while: `take` may have waited for a pipe.
    if (!IsWorthRepeating(outcome.status) && !absl::IsCancelled(outcome.status)) {
      return outcome.status;
    }
    if (next > before) attempt = 1;
    if (attempt == kAttempts) return outcome.status;
    absl::SleepFor(BackoffBefore(attempt));
  }
}

}  // namespace arena::arenactl
