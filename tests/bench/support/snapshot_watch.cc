#include "tests/bench/support/snapshot_watch.h"

#include <fmt/format.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include "absl/time/clock.h"

namespace arena::bench {

SnapshotWatch::SnapshotWatch(const std::string& address, const v1::WatchLeaderboardRequest& request)
    : request_(request),
      stub_(v1::LeaderboardService::NewStub(
          grpc::CreateChannel(address, grpc::InsecureChannelCredentials()))),
      thread_([this] { Watch(); }) {}

SnapshotWatch::~SnapshotWatch() {
  context_.TryCancel();
  thread_.join();
}

void SnapshotWatch::Watch() {
  const auto stream = stub_->WatchLeaderboard(&context_, request_);
  v1::WatchLeaderboardResponse response;
  while (stream->Read(&response)) {
    const absl::Time now = absl::Now();
    absl::MutexLock lock(&mutex_);
    const v1::SnapshotInfo& snapshot = response.leaderboard().snapshot();
    sightings_.push_back(
        {.position = snapshot.position(), .time = now, .digest = snapshot.digest()});
  }
  stream->Finish();
}

absl::Status SnapshotWatch::AwaitPosition(int64_t position, absl::Duration wait) {
  const auto is_covered = [this, position]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return !sightings_.empty() && sightings_.back().position >= position;
  };
  absl::MutexLock lock(&mutex_);
  if (mutex_.AwaitWithTimeout(absl::Condition(&is_covered), wait)) return absl::OkStatus();
  return absl::DeadlineExceededError(
      fmt::format("no snapshot covers position {}; the newest covers {}", position,
                  sightings_.empty() ? 0 : sightings_.back().position));
}

std::vector<Sighting> SnapshotWatch::sightings() const {
  absl::MutexLock lock(&mutex_);
  return sightings_;
}

std::string SnapshotWatch::newest_digest() const {
  absl::MutexLock lock(&mutex_);
  return sightings_.empty() ? "" : sightings_.back().digest;
}

}  // namespace arena::bench
