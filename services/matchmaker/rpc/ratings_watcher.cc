#include "services/matchmaker/rpc/ratings_watcher.h"

#include <algorithm>
#include <string>
#include <utility>

#include "common/lifecycle/log.h"
#include "common/rpc/channel.h"
#include "common/rpc/grpc_status.h"

namespace arena::matchmaker {

RatingsWatcher::RatingsWatcher(std::shared_ptr<grpc::Channel> channel, Options options,
                               Listener listener)
    : stub_(internal::v1::RatingsService::NewStub(std::move(channel))),
      options_(options),
      listener_(std::move(listener)),
      thread_([this] { Run(); }) {}

RatingsWatcher::~RatingsWatcher() { Stop(); }

void RatingsWatcher::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    is_stopping_ = true;
    if (call_ != nullptr) call_->TryCancel();
  }
  if (thread_.joinable()) thread_.join();
}

void RatingsWatcher::Run() {
  absl::Duration pause = options_.first_pause;
  do {
    const bool brought_ratings = Follow();
    pause = brought_ratings ? options_.first_pause : std::min(2 * pause, options_.longest_pause);
  } while (Pause(pause));
}

bool RatingsWatcher::Follow() {
  grpc::ClientContext context;
  rpc::SetDeadline(context, options_.renewal);
  {
    absl::MutexLock lock(&mutex_);
    if (is_stopping_) return false;
    call_ = &context;
  }
  bool brought_ratings = false;
  internal::v1::WatchRatingsResponse ratings;
  const auto stream = stub_->WatchRatings(&context, internal::v1::WatchRatingsRequest());
  while (stream->Read(&ratings)) {
    brought_ratings = true;
    listener_(ratings);
  }
  const grpc::Status status = stream->Finish();
  absl::MutexLock lock(&mutex_);
  call_ = nullptr;
  if (!is_stopping_) {
    lifecycle::LogDebug("Ratings stream ended.", {{"code", rpc::CodeName(status.error_code())}});
  }
  return brought_ratings;
}

bool RatingsWatcher::Pause(absl::Duration pause) {
  absl::MutexLock lock(&mutex_);
  return !mutex_.AwaitWithTimeout(absl::Condition(&is_stopping_), pause);
}

}  // namespace arena::matchmaker
