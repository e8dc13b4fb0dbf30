#pragma once

// The bodies of server_stream.h; include that instead.

#include "absl/time/clock.h"
#include "common/rpc/calls/server_stream.h"

namespace arena::rpc {

template <typename Response>
ServerStream<Response>::ServerStream(const Method& method, const StreamOptions& options,
                                     std::string request_id)
    : method_(method), options_(options) {
  call_.request_id = std::move(request_id);
}

template <typename Response>
bool ServerStream<Response>::Begin(grpc::CallbackServerContext& context) {
  self_ = this->shared_from_this();
  auto principal = method_.Admit(context);
  if (!principal.ok()) {
    Finish(principal.status());
    return false;
  }
  call_.principal = *std::move(principal);
  const bool has_deadline = context.deadline() < std::chrono::system_clock::time_point::max();
  call_.deadline = has_deadline ? absl::FromChrono(context.deadline()) : absl::InfiniteFuture();
  {
    absl::MutexLock lock(&mutex_);
    context_ = &context;
  }
  unread_ticket_ = method_.environment().unread_streams().Add([weak = this->weak_from_this()] {
    if (const auto self = weak.lock()) self->EndIfUnread();
  });
  if (options_.latest_only) {
    shutdown_ticket_ = method_.environment().shutdown_notice().Add([weak = this->weak_from_this()] {
      if (const auto self = weak.lock()) self->Finish(ShuttingDown());
    });
  }
  return true;
}

template <typename Response>
WriteResult ServerStream<Response>::Write(Response message) {
  const size_t size = WireSizeOf(message);
  absl::MutexLock lock(&mutex_);
  if (closed_) return WriteResult::kClosed;
  if (options_.latest_only && !queue_.empty()) {
    bytes_ -= queue_.back().second;
    queue_.pop_back();
  }
  bytes_ += size;
  queue_.emplace_back(std::move(message), size);
  SendNext();
  if (options_.latest_only || bytes_ <= options_.buffer_bytes) return WriteResult::kTaken;
  const size_t most_bytes =
      options_.most_bytes > 0 ? options_.most_bytes : 2 * options_.buffer_bytes;
  if (bytes_ > most_bytes) {
    queue_.clear();
    Close(Overloaded("kStreamBufferBytes"));
    return WriteResult::kClosed;
  }
  paused_ = true;
  return WriteResult::kPause;
}

template <typename Response>
void ServerStream<Response>::Finish(const absl::Status& status) {
  absl::MutexLock lock(&mutex_);
  Close(status);
}

template <typename Response>
void ServerStream<Response>::WhenCancelled(std::function<void()> listener) {
  {
    absl::MutexLock lock(&mutex_);
    if (!cancelled_) {
      if (!ended_) cancel_listener_ = std::move(listener);
      return;
    }
  }
  listener();
}

template <typename Response>
void ServerStream<Response>::WhenWritable(std::function<void()> listener) {
  absl::MutexLock lock(&mutex_);
  if (!ended_) writable_listener_ = std::move(listener);
}

template <typename Response>
size_t ServerStream<Response>::waiting_bytes() const {
  absl::MutexLock lock(&mutex_);
  return bytes_;
}

template <typename Response>
void ServerStream<Response>::SendNext() {
  if (is_sending_ || ended_) return;
  if (queue_.empty()) {
    if (closed_) EndNow();
    return;
  }
  sending_ = std::move(queue_.front());
  queue_.pop_front();
  is_sending_ = true;
  sent_ = std::chrono::steady_clock::now();
  this->StartWrite(&sending_.first);
}

template <typename Response>
void ServerStream<Response>::Close(const absl::Status& status) {
  if (closed_) return;
  closed_ = true;
  final_status_ = status;
  SendNext();
}

template <typename Response>
void ServerStream<Response>::EndNow() {
  ended_ = true;
  sent_ = std::chrono::steady_clock::now();
  const grpc::Status answer = ToGrpcStatus(final_status_);
  method_.Record(call_.principal.name, call_.request_id, final_status_, answer,
                 absl::FromChrono(std::chrono::steady_clock::now() - start_));
  grpc::ServerWriteReactor<Response>::Finish(answer);
}

template <typename Response>
void ServerStream<Response>::EndIfUnread() {
  absl::MutexLock lock(&mutex_);
  // Before OnDone neither the call nor its server can be gone; after it, both may be.
  if (context_ == nullptr || is_unread_ || !(is_sending_ || ended_)) return;
  const absl::Duration patience = method_.environment().unread_streams().patience();
  if (std::chrono::steady_clock::now() - sent_ < absl::ToChronoMicroseconds(patience)) return;
  is_unread_ = true;
  // Finish would wait behind what nobody reads.
  context_->TryCancel();
}

template <typename Response>
void ServerStream<Response>::OnWriteDone(bool ok) {
  std::function<void()> writable;
  {
    absl::MutexLock lock(&mutex_);
    is_sending_ = false;
    bytes_ -= sending_.second;
    // A failed write means that the call is over; OnCancel says so and ends it.
    if (ok) SendNext();
    if (paused_ && !closed_ && bytes_ <= options_.buffer_bytes / 2) {
      paused_ = false;
      writable = writable_listener_;
    }
  }
  if (writable) writable();
}

template <typename Response>
void ServerStream<Response>::OnCancel() {
  std::function<void()> cancelled;
  {
    absl::MutexLock lock(&mutex_);
    if (ended_) return;
    cancelled_ = true;
    closed_ = true;
    queue_.clear();
    final_status_ = is_unread_                     ? Overloaded("kUnreadPatience")
                    : absl::Now() < call_.deadline ? absl::CancelledError("")
                                                   : absl::DeadlineExceededError("");
    // A write may stay outstanding for as long as a vanished client is waited for; ending the call
    // does not wait for it.
    EndNow();
    cancelled = std::move(cancel_listener_);
  }
  if (cancelled) cancelled();
}

template <typename Response>
void ServerStream<Response>::OnDone() {
  method_.environment().unread_streams().Remove(unread_ticket_);
  if (shutdown_ticket_ != 0) method_.environment().shutdown_notice().Remove(shutdown_ticket_);
  std::function<void()> listeners[2];
  {
    // The listeners may hold the last reference to their producer, or it to us: let go outside.
    absl::MutexLock lock(&mutex_);
    context_ = nullptr;
    listeners[0] = std::move(cancel_listener_);
    listeners[1] = std::move(writable_listener_);
  }
  const auto last = std::move(self_);
}

}  // namespace arena::rpc
