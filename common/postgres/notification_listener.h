#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>

namespace arena {

// Listens on a NOTIFY channel with a connection of its own and calls `on_notify` from its own
// thread. Only a wake-up: notifications may be lost (a reconnect, a pooler between), so the caller
// polls as well. A lost connection is tried again every second.
class NotificationListener {
 public:
  NotificationListener(std::string conninfo, std::string channel, std::function<void()> on_notify);
  ~NotificationListener();
  NotificationListener(const NotificationListener&) = delete;
  NotificationListener& operator=(const NotificationListener&) = delete;

 private:
  void Loop();
  void ListenUntilBroken();

  const std::string conninfo_;
  const std::string channel_;
  const std::function<void()> on_notify_;
  std::atomic<bool> stopping_ = false;
  int wake_pipe_[2] = {-1, -1};
  std::thread thread_;
};

}  // namespace arena
