#include "tools/arenactl/leaderboard/watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "absl/time/clock.h"
#include "arena/v1/leaderboard_service.grpc.pb.h"
#include "common/rpc/channel.h"

namespace arena::arenactl {

absl::StatusOr<v1::Leaderboard> WaitForLeaderboard(const Remote& rating,
                                                   const v1::WatchLeaderboardRequest& request,
                                                   int64_t position, absl::Duration patience) {
  v1::LeaderboardService::Stub stub(rating.channel());
  const absl::Time deadline = absl::Now() + patience;
  int64_t covered = 0;
  for (int attempt = 1;; ++attempt) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, deadline - absl::Now());
    const auto reader = stub.WatchLeaderboard(&context, request);
    v1::WatchLeaderboardResponse response;
    while (reader->Read(&response)) {
      covered = response.leaderboard().snapshot().position();
      if (covered < position) continue;
      context.TryCancel();
      (void)reader->Finish();
      return response.leaderboard();
    }
    const absl::Status status = rating.Check(reader->Finish());
    // Nobody who said anything is another matter than a leaderboard that is behind.
    if (absl::Now() >= deadline && covered == 0 && absl::IsUnavailable(status)) return status;
    if (absl::Now() >= deadline) break;
    if (!status.ok() && !IsWorthRepeating(status)) return status;
    absl::SleepFor(std::min(BackoffBefore(attempt), deadline - absl::Now()));
  }
  return absl::DeadlineExceededError(
      fmt::format("No leaderboard covers position {} after {} s (the newest at {} covers {}): see "
                  "whether it is healthy with 'arenactl status'.",
                  position, absl::ToInt64Seconds(patience), rating.address(), covered));
}

}  // namespace arena::arenactl
