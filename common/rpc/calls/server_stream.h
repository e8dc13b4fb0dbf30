#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/rpc/calls/call.h"
#include "common/rpc/grpc_status.h"
#include "common/rpc/server/environment.h"

namespace arena::rpc {

struct StreamOptions {
  // For watches: a message that waits is replaced by a newer one, and the stream ends with
  // SHUTTING_DOWN as soon as the server begins to shut down.
  bool latest_only = false;
  // Bytes that may wait before Write says kPause.
  size_t buffer_bytes = limits::kStreamBufferBytes;
  // A producer that goes on all the same, beyond this, ends the stream with OVERLOADED; 0 means
  // twice buffer_bytes.
  size_t most_bytes = 0;
};

// What the producer should do next.
enum class WriteResult {
  // Go on.
  kTaken,
  // Taken, but the reader is slow: pause until WhenWritable is called.
  kPause,
  // Not taken: the stream has ended.
  kClosed,
};

// Bytes of a message on the wire, be it raw or not.
template <typename Message>
size_t WireSizeOf(const Message& message) {
  if constexpr (requires { message.ByteSizeLong(); }) {
    return message.ByteSizeLong();
  } else {
    return message.Length();
  }
}

// The server's end of a server-streaming call: a queue with one write outstanding. Any thread may
// call it. It lives until gRPC is done with it and no producer holds it.
template <typename Response>
class ServerStream : private grpc::ServerWriteReactor<Response>,
                     public std::enable_shared_from_this<ServerStream<Response>> {
 public:
  ServerStream(const Method& method, const StreamOptions& options, std::string request_id);

  // Sends a message after those before it.
  WriteResult Write(Response message);

  // Ends the stream after what was written has been sent. The first status counts.
  void Finish(const absl::Status& status);

  // Calls `listener` once when the stream ended before Finish's status could be sent: the client
  // left, or the server cancelled the call. At once when that was so before. A stream that ends
  // because its writer did not pause says so by Write alone.
  void WhenCancelled(std::function<void()> listener);

  // Calls `listener` each time that half of the buffer is free again after a kPause.
  void WhenWritable(std::function<void()> listener);

  // Bytes that wait, the outstanding message included.
  size_t waiting_bytes() const;

  // For StreamCall.
  bool Begin(grpc::CallbackServerContext& context);
  const Call& call() const { return call_; }
  grpc::ServerWriteReactor<Response>* reactor() { return this; }

 private:
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  // gRPC is called with the lock held: after Finish nothing may be started any more, and what it
  // calls back comes from a thread or a stack of its own.
  void SendNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Close(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void EndNow() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Cancels the call when its client has not taken a whole message for too long.
  void EndIfUnread();

  const Method& method_;
  const StreamOptions options_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  Call call_;
  std::shared_ptr<ServerStream> self_;
  int64_t shutdown_ticket_ = 0;
  int64_t unread_ticket_ = 0;

  mutable absl::Mutex mutex_;
  // Until OnDone.
  grpc::CallbackServerContext* context_ ABSL_GUARDED_BY(mutex_) = nullptr;
  // What waits, and its size.
  std::deque<std::pair<Response, size_t>> queue_ ABSL_GUARDED_BY(mutex_);
  // The outstanding message; gRPC reads it until OnWriteDone.
  std::pair<Response, size_t> sending_ ABSL_GUARDED_BY(mutex_);
  bool is_sending_ ABSL_GUARDED_BY(mutex_) = false;
  // When gRPC was last given something to send, be it the status.
  std::chrono::steady_clock::time_point sent_ ABSL_GUARDED_BY(mutex_);
  bool is_unread_ ABSL_GUARDED_BY(mutex_) = false;
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool paused_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status final_status_ ABSL_GUARDED_BY(mutex_);
  std::function<void()> cancel_listener_ ABSL_GUARDED_BY(mutex_);
  std::function<void()> writable_listener_ ABSL_GUARDED_BY(mutex_);
};

// Handles a server-streaming call: authenticates, checks the scope, runs
//   void(const Call&, const Request&, std::shared_ptr<ServerStream<Response>>)
// which must not block, and sees to one log line and the metrics. Call lives as long as the stream,
// the request only during the handler.
template <typename Response, typename Request, typename Handler>
grpc::ServerWriteReactor<Response>* StreamCall(const Method& method, const StreamOptions& options,
                                               grpc::CallbackServerContext* context,
                                               const Request* request, Handler&& handler) {
  auto stream = std::make_shared<ServerStream<Response>>(method, options, RequestIdOf(*request));
  if (stream->Begin(*context)) handler(stream->call(), *request, stream);
  return stream->reactor();
}

}  // namespace arena::rpc

#include "common/rpc/calls/server_stream_impl.h"
