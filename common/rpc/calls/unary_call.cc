#include "common/rpc/calls/unary_call.h"

#include "absl/time/clock.h"
#include "common/rpc/grpc_status.h"

namespace arena::rpc {

UnaryReactor::UnaryReactor(const Method& method, std::string request_id) : method_(method) {
  call_.request_id = std::move(request_id);
}

bool UnaryReactor::Begin(const grpc::CallbackServerContext& context) {
  self_ = shared_from_this();
  auto principal = method_.Admit(context);
  if (!principal.ok()) {
    Claim();
    Conclude(principal.status());
    return false;
  }
  call_.principal = *std::move(principal);
  if (context.deadline() < std::chrono::system_clock::time_point::max()) {
    call_.deadline = absl::FromChrono(context.deadline());
  } else {
    call_.deadline = absl::Now() + method_.environment().default_deadline();
    AnswerAtDeadline();
  }
  return true;
}

void UnaryReactor::AnswerAtDeadline() {
  alarm_ = std::make_unique<grpc::Alarm>();
  // The alarm keeps its callback for as long as it lives, so the callback must not keep the call.
  alarm_->Set(absl::ToChronoTime(call_.deadline), [weak = weak_from_this()](bool deadline_passed) {
    const auto self = weak.lock();
    if (self == nullptr || !deadline_passed || !self->Claim()) return;
    self->Conclude(absl::DeadlineExceededError(""));
  });
}

void UnaryReactor::Conclude(const absl::Status& status) {
  const grpc::Status answer = ToGrpcStatus(status);
  const auto elapsed = std::chrono::steady_clock::now() - start_;
  method_.Record(call_.principal.name, call_.request_id, status, answer, absl::FromChrono(elapsed));
  Finish(answer);
}

void UnaryReactor::OnCancel() {
  if (!Claim()) return;
  const bool deadline_passed = absl::Now() >= call_.deadline;
  Conclude(deadline_passed ? absl::DeadlineExceededError("") : absl::CancelledError(""));
}

}  // namespace arena::rpc
