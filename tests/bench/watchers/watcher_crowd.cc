#include "tests/bench/watchers/watcher_crowd.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/slice.h>

#include <algorithm>

#include "absl/time/clock.h"

namespace arena::bench {
namespace {

constexpr char kMethod[] = "/arena.v1.LeaderboardService/WatchLeaderboard";

// SnapshotInfo.position of a WatchLeaderboardResponse: the second field of the first field of the
// first field; what is serialized stands in the order of the numbers. 0 when it is not there.
int64_t PositionOf(grpc::ByteBuffer& response) {
  grpc::Slice slice;
  if (!response.DumpToSingleSlice(&slice).ok()) return 0;
  google::protobuf::io::CodedInputStream in(slice.begin(), static_cast<int>(slice.size()));
  uint32_t length = 0;
  uint64_t id = 0;
  uint64_t position = 0;
  const bool is_read = in.ReadTag() == 0x0a && in.ReadVarint32(&length) && in.ReadTag() == 0x0a &&
                       in.ReadVarint32(&length) && in.ReadTag() == 0x08 && in.ReadVarint64(&id) &&
                       in.ReadTag() == 0x10 && in.ReadVarint64(&position);
  return is_read ? static_cast<int64_t>(position) : 0;
}

}  // namespace

// One stream.
class WatcherCrowd::Watcher : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  Watcher(WatcherCrowd& crowd, size_t number, grpc::GenericStub& stub)
      : crowd_(crowd), number_(number) {
    // An empty message: the newest of the official board.
    const grpc::Slice nothing("");
    request_ = grpc::ByteBuffer(&nothing, 1);
    stub.PrepareBidiStreamingCall(&context_, kMethod, {}, this);
    StartWriteLast(&request_, grpc::WriteOptions());
    StartRead(&response_);
    StartCall();
  }

  void Cancel() { context_.TryCancel(); }

 private:
  void OnReadDone(bool is_ok) override {
    if (!is_ok) return;
    const size_t bytes = response_.Length();
    crowd_.Arrived(number_, PositionOf(response_), bytes);
    response_.Clear();
    StartRead(&response_);
  }

  void OnDone(const grpc::Status&) override { crowd_.Ended(); }

  WatcherCrowd& crowd_;
  const size_t number_;
  grpc::ClientContext context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
};

WatcherCrowd::WatcherCrowd(const std::string& address, size_t watchers, size_t connections)
    : positions_(watchers), arrivals_(watchers) {
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs;
  for (size_t i = 0; i < connections; ++i) {
    grpc::ChannelArguments arguments;
    // Otherwise channels to one address share one connection.
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    stubs.push_back(std::make_unique<grpc::GenericStub>(
        grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments)));
  }
  for (size_t i = 0; i < watchers; ++i) {
    watchers_.push_back(std::make_unique<Watcher>(*this, i, *stubs[i % connections]));
  }
}

WatcherCrowd::~WatcherCrowd() {
  for (const auto& watcher : watchers_) watcher->Cancel();
  const auto have_ended = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return ended_ == watchers_.size();
  };
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&have_ended));
}

absl::Status WatcherCrowd::Await(int64_t position, absl::Duration wait) {
  absl::MutexLock lock(&mutex_);
  wanted_ = position;
  covered_ = static_cast<size_t>(
      std::ranges::count_if(positions_, [&](int64_t has) { return has >= position; }));
  const auto is_over = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return covered_ == watchers_.size() || ended_ > 0;
  };
  mutex_.AwaitWithTimeout(absl::Condition(&is_over), wait);
  if (covered_ == watchers_.size()) return absl::OkStatus();
  return absl::UnavailableError(fmt::format("{} of {} watchers have position {}, {} streams ended",
                                            covered_, watchers_.size(), position, ended_));
}

std::vector<absl::Time> WatcherCrowd::arrivals() const {
  absl::MutexLock lock(&mutex_);
  return arrivals_;
}

size_t WatcherCrowd::message_bytes() const {
  absl::MutexLock lock(&mutex_);
  return message_bytes_;
}

void WatcherCrowd::Arrived(size_t watcher, int64_t position, size_t bytes) {
  const absl::Time now = absl::Now();
  absl::MutexLock lock(&mutex_);
  message_bytes_ = bytes;
  if (positions_[watcher] < wanted_ && position >= wanted_) ++covered_;
  positions_[watcher] = position;
  arrivals_[watcher] = now;
}

void WatcherCrowd::Ended() {
  absl::MutexLock lock(&mutex_);
  ++ended_;
}

}  // namespace arena::bench
