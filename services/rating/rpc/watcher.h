#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/base/errors.h"
#include "common/rpc/calls/server_stream.h"
#include "services/rating/live/watch_list.h"

namespace arena::rating {

// A message and the snapshot that it is of.
template <typename Response>
struct SnapshotMessage {
  int64_t snapshot_id = 0;
  Response message;
};

// Sends a stream the newest message whenever it is told to look, never the same or an older one.
template <typename Response>
class Watcher {
 public:
  // Makes the newest message if it is of a newer snapshot than the given; nothing otherwise.
  using Source = std::function<std::optional<SnapshotMessage<Response>>(int64_t known_id)>;

  Watcher(std::weak_ptr<rpc::ServerStream<Response>> stream, Source source)
      : stream_(std::move(stream)), source_(std::move(source)) {}

  // False when the stream has ended.
  bool Push() {
    const auto stream = stream_.lock();
    if (stream == nullptr) return false;
    // Held while writing, so that two threads keep the order; writing to a stream never blocks.
    absl::MutexLock lock(&mutex_);
    auto newest = source_(sent_id_);
    if (!newest) return true;
    sent_id_ = newest->snapshot_id;
    return stream->Write(std::move(newest->message)) != rpc::WriteResult::kClosed;
  }

 private:
  // Weak: gRPC owns the stream, and a reader that has gone must not be kept by us.
  const std::weak_ptr<rpc::ServerStream<Response>> stream_;
  const Source source_;
  absl::Mutex mutex_;
  int64_t sent_id_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Lets `stream` follow `source` until its reader has gone; OVERLOADED when too many do. `watchers`
// must outlive the server.
template <typename Response>
void Watch(WatchList& watchers, const std::shared_ptr<rpc::ServerStream<Response>>& stream,
           typename Watcher<Response>::Source source) {
  auto watcher = std::make_shared<Watcher<Response>>(stream, std::move(source));
  const auto ticket = watchers.Add([watcher] { return watcher->Push(); });
  if (!ticket.has_value()) return stream->Finish(Overloaded("kWatchers"));
  stream->WhenCancelled([&watchers, ticket] { watchers.Remove(*ticket); });
}

}  // namespace arena::rating
