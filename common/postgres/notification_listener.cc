#include "common/postgres/notification_listener.h"

#include <poll.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <pqxx/pqxx>
#include <utility>

#include "common/postgres/connection.h"

namespace arena {
namespace {

constexpr int kReconnectMillis = 1'000;

class Receiver : public pqxx::notification_receiver {
 public:
  Receiver(pqxx::connection& connection, const std::string& channel,
           const std::function<void()>& on_notify)
      : pqxx::notification_receiver(connection, channel), on_notify_(on_notify) {}
  void operator()(const std::string&, int) override { on_notify_(); }

 private:
  const std::function<void()>& on_notify_;
};

}  // namespace

NotificationListener::NotificationListener(std::string conninfo, std::string channel,
                                           std::function<void()> on_notify)
    : conninfo_(std::move(conninfo)),
      channel_(std::move(channel)),
      on_notify_(std::move(on_notify)) {
  if (pipe(wake_pipe_) != 0) std::abort();
  thread_ = std::thread([this] { Loop(); });
}

NotificationListener::~NotificationListener() {
  stopping_ = true;
  close(wake_pipe_[1]);  // the reading end becomes readable
  thread_.join();
  close(wake_pipe_[0]);
}

void NotificationListener::Loop() {
  while (!stopping_) {
    try {
      ListenUntilBroken();
    } catch (const std::exception&) {
      // Polling goes on meanwhile; the health check reports a database that is away.
      pollfd wake = {wake_pipe_[0], POLLIN, 0};
      poll(&wake, 1, kReconnectMillis);
    }
  }
}

void NotificationListener::ListenUntilBroken() {
  const auto connection = OpenConnection(conninfo_);
  Receiver receiver(*connection, channel_, on_notify_);
  on_notify_();  // what came while nobody listened
  while (!stopping_) {
    pollfd events[2] = {{connection->sock(), POLLIN, 0}, {wake_pipe_[0], POLLIN, 0}};
    poll(events, 2, -1);
    if (events[0].revents != 0) connection->get_notifs();
  }
}

}  // namespace arena
