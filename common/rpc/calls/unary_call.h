#pragma once

#include <grpcpp/alarm.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/statusor.h"
#include "common/rpc/calls/call.h"
#include "common/rpc/server/environment.h"
#include "common/rpc/server/worker_pool.h"

namespace arena::rpc {

// The part of a unary call that does not depend on its messages: admission, deadline, one end, one
// log line. Lives until gRPC is done with the call and no Responder is left.
class UnaryReactor : public grpc::ServerUnaryReactor,
                     public std::enable_shared_from_this<UnaryReactor> {
 public:
  UnaryReactor(const Method& method, std::string request_id);

  // Whether the call may go on; if not, it has been answered.
  bool Begin(const grpc::CallbackServerContext& context);
  const Call& call() const { return call_; }

  // True for the first caller alone, who must then call Conclude.
  bool Claim() { return !claimed_.exchange(true); }
  void Conclude(const absl::Status& status);
  bool has_ended() const { return claimed_; }

 private:
  void OnCancel() override;
  void OnDone() override { self_.reset(); }
  void AnswerAtDeadline();

  const Method& method_;
  Call call_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::atomic<bool> claimed_ = false;
  std::shared_ptr<UnaryReactor> self_;
  // Set only when the caller gave no deadline: gRPC watches over the others.
  std::unique_ptr<grpc::Alarm> alarm_;
};

// A unary call with its messages. The request is a copy: the answer may go out, at a deadline or a
// cancellation, before the handler has finished with it.
template <typename Request, typename Response>
class UnaryCallState : public UnaryReactor {
 public:
  UnaryCallState(const Method& method, const Request& request, Response* response)
      : UnaryReactor(method, RequestIdOf(request)), request_(request), response_(response) {}

  const Request& request() const { return request_; }

  void Answer(absl::StatusOr<Response> result) {
    if (!Claim()) return;
    if (result.ok()) *response_ = *std::move(result);
    Conclude(result.status());
  }

 private:
  const Request request_;
  Response* const response_;
};

// Answers one call. Copyable; any thread may call it; the first answer counts, later ones and those
// after the caller has gone are dropped. When the last copy is destroyed unused, the caller gets
// INTERNAL. While a copy lives, so do the handler's Call and Request.
template <typename Response>
class Responder {
 public:
  template <typename Request>
  explicit Responder(std::shared_ptr<UnaryCallState<Request, Response>> state)
      : guard_(std::make_shared<Guard>(
            [state](absl::StatusOr<Response> result) { state->Answer(std::move(result)); })),
        reactor_(std::move(state)) {}

  void operator()(absl::StatusOr<Response> result) const { guard_->answer(std::move(result)); }

  // Whether an answer would be dropped, as after a cancellation: work can be saved.
  bool has_ended() const { return reactor_->has_ended(); }

 private:
  struct Guard {
    explicit Guard(std::function<void(absl::StatusOr<Response>)> function)
        : answer(std::move(function)) {}
    ~Guard() { answer(absl::InternalError("A handler dropped its call.")); }
    std::function<void(absl::StatusOr<Response>)> answer;
  };

  std::shared_ptr<Guard> guard_;
  std::shared_ptr<UnaryReactor> reactor_;
};

// Handles a unary call: authenticates, checks the scope, sets the deadline, runs `handler`, and
// sees to one answer, one log line and the metrics. The handler must not block. It is either
//   void(const Call&, const Request&, Responder<Response>)       answers later, from any thread, or
//   absl::StatusOr<Response>(const Call&, const Request&)        answers at once, from memory.
template <typename Request, typename Response, typename Handler>
grpc::ServerUnaryReactor* UnaryCall(const Method& method, grpc::CallbackServerContext* context,
                                    const Request* request, Response* response, Handler&& handler) {
  auto state = std::make_shared<UnaryCallState<Request, Response>>(method, *request, response);
  if (state->Begin(*context)) {
    if constexpr (std::is_invocable_v<Handler, const Call&, const Request&>) {
      state->Answer(handler(state->call(), state->request()));
    } else {
      handler(state->call(), state->request(), Responder<Response>(state));
    }
  }
  return state.get();
}

// As UnaryCall, for a handler that blocks, as reads of the database do:
//   absl::StatusOr<Response>(const Call&, const Request&)
// It runs on `pool`, with a copy of what it captured; OVERLOADED when the pool is full.
template <typename Request, typename Response, typename Handler>
grpc::ServerUnaryReactor* BlockingCall(const Method& method, WorkerPool& pool,
                                       grpc::CallbackServerContext* context, const Request* request,
                                       Response* response, Handler handler) {
  return UnaryCall(
      method, context, request, response,
      [&pool, &handler](const Call& call, const Request& kept, const Responder<Response>& respond) {
        const absl::Status accepted =
            pool.Run([&call, &kept, respond, handler = std::move(handler)]() mutable {
              if (!respond.has_ended()) respond(handler(call, kept));
            });
        if (!accepted.ok()) respond(accepted);
      });
}

}  // namespace arena::rpc
