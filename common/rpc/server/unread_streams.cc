#include "common/rpc/server/unread_streams.h"

#include <utility>

namespace arena::rpc {
namespace {

constexpr int kLooksPerPatience = 8;

}  // namespace

UnreadStreams::UnreadStreams(absl::Duration patience)
    : patience_(patience),
      loop_({.name = "unread", .interval = patience / kLooksPerPatience}, [this] { LookAtAll(); }) {
  loop_.Start();
}

int64_t UnreadStreams::Add(std::function<void()> look) {
  absl::MutexLock lock(&mutex_);
  looks_.emplace(next_ticket_, std::move(look));
  return next_ticket_++;
}

void UnreadStreams::Remove(int64_t ticket) {
  absl::MutexLock lock(&mutex_);
  looks_.erase(ticket);
}

void UnreadStreams::LookAtAll() {
  absl::flat_hash_map<int64_t, std::function<void()>> looks;
  {
    // A look takes the stream's own lock, and may be the last to let it go.
    absl::MutexLock lock(&mutex_);
    looks = looks_;
  }
  for (const auto& [ticket, look] : looks) look();
}

}  // namespace arena::rpc
