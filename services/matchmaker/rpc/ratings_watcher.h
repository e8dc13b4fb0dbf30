#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <functional>
#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "arena/internal/v1/ratings_service.grpc.pb.h"

namespace arena::matchmaker {

// Follows rating's WatchRatings in a thread of its own, and calls again when the stream ends, after
// a pause that grows from a tenth of a second to `longest_pause` while rating stays away. Draws
// never wait for it: whoever uses ratings goes by the last ones. No policy does yet.
class RatingsWatcher {
 public:
  using Listener = std::function<void(const internal::v1::WatchRatingsResponse&)>;

  struct Options {
    absl::Duration first_pause = absl::Milliseconds(100);
    absl::Duration longest_pause = absl::Seconds(15);
    // A stream is renewed after this, so that none lives on a connection that died silently.
    absl::Duration renewal = absl::Minutes(10);
  };

  // Calls `listener` from the watcher's thread with every message.
  RatingsWatcher(std::shared_ptr<grpc::Channel> channel, Options options, Listener listener);
  // Stops.
  ~RatingsWatcher();
  RatingsWatcher(const RatingsWatcher&) = delete;
  RatingsWatcher& operator=(const RatingsWatcher&) = delete;

  // Ends the stream and the thread. Idempotent.
  void Stop();

 private:
  void Run();
  // Follows one stream to its end; whether it brought anything.
  bool Follow();
  // Waits before the next call; false when the watcher stops.
  bool Pause(absl::Duration pause);

  const std::unique_ptr<internal::v1::RatingsService::Stub> stub_;
  const Options options_;
  const Listener listener_;
  absl::Mutex mutex_;
  bool is_stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // The call under way, if there is one.
  grpc::ClientContext* call_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::thread thread_;
};

}  // namespace arena::matchmaker
