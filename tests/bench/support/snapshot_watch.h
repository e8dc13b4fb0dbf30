#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "arena/v1/leaderboard_service.grpc.pb.h"

namespace arena::bench {

// A published snapshot, when this process had read it.
struct Sighting {
  int64_t position = 0;
  absl::Time time;
  std::string digest;
};

// Watches a leaderboard at `address`, by default the official one, until it is destroyed.
class SnapshotWatch {
 public:
  explicit SnapshotWatch(const std::string& address,
                         const v1::WatchLeaderboardRequest& request = {});
  ~SnapshotWatch();

  // Waits for a snapshot that covers `position`. DEADLINE_EXCEEDED after `wait`.
  absl::Status AwaitPosition(int64_t position, absl::Duration wait);
  // By time, and so by position.
  std::vector<Sighting> sightings() const;
  // Of the newest; empty before the first.
  std::string newest_digest() const;

 private:
  void Watch();

  const v1::WatchLeaderboardRequest request_;
  std::unique_ptr<v1::LeaderboardService::Stub> stub_;
  grpc::ClientContext context_;
  mutable absl::Mutex mutex_;
  std::vector<Sighting> sightings_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace arena::bench
