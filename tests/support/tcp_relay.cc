#include "tests/support/tcp_relay.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

namespace arena::testing {
namespace {

constexpr size_t kPieceBytes = 256 * 1024;

[[noreturn]] void Fail(const char* what) {
  std::perror(what);
  std::abort();
}

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// A negative number when nobody listens there.
int ConnectTo(const std::string& upstream) {
  int connected = 0;
  int fd = -1;
  if (upstream.starts_with('/')) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, upstream.c_str(), sizeof(address.sun_path) - 1);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    connected = connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address));
  } else {
    sockaddr_in address = Loopback(std::stoi(upstream.substr(upstream.rfind(':') + 1)));
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    connected = connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address));
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  if (connected == 0) return fd;
  close(fd);
  return -1;
}

// What has arrived; empty at the end of the connection.
std::string Receive(int fd) {
  std::string piece(kPieceBytes, '\0');
  const ssize_t count = recv(fd, piece.data(), piece.size(), 0);
  piece.resize(count > 0 ? static_cast<size_t>(count) : 0);
  return piece;
}

bool Send(int fd, std::string_view piece) {
  while (!piece.empty()) {
    const ssize_t count = send(fd, piece.data(), piece.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    piece.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

}  // namespace

std::vector<Cut> EveryCut(const std::string& pattern, const std::vector<size_t>& answer_bytes) {
  std::vector<Cut> cuts;
  for (const CutMoment moment : {CutMoment::kBeforeRequest, CutMoment::kInRequest,
                                 CutMoment::kAfterRequest, CutMoment::kBeforeAnswer}) {
    cuts.push_back({.pattern = pattern, .moment = moment});
  }
  for (const size_t bytes : answer_bytes) {
    cuts.push_back({.pattern = pattern, .moment = CutMoment::kInAnswer, .answer_bytes = bytes});
  }
  return cuts;
}

std::string Describe(const Cut& cut) {
  constexpr const char* kMoments[] = {"before the request", "in the request", "after the request",
                                      "before the answer", "in the answer"};
  return cut.pattern + ": " + kMoments[static_cast<int>(cut.moment)] + ", after " +
         std::to_string(cut.answer_bytes) + " bytes of it";
}

std::string TcpRelay::Through(const std::string& conninfo) const {
  return conninfo + " host=127.0.0.1 port=" + std::to_string(port_) +
         " sslmode=disable gssencmode=disable";
}

TcpRelay::TcpRelay(std::string upstream) : upstream_(std::move(upstream)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, generic, size) != 0 || listen(listener_, 64) != 0) Fail("relay: listen");
  if (getsockname(listener_, generic, &size) != 0) Fail("relay: getsockname");
  port_ = ntohs(address.sin_port);
  if (pipe2(wake_, O_CLOEXEC) != 0) Fail("relay: pipe");
  thread_ = std::thread([this] { Loop(); });
}

TcpRelay::~TcpRelay() {
  close(wake_[1]);
  thread_.join();
  close(wake_[0]);
  close(listener_);
  for (const Connection& connection : connections_) {
    close(connection.client);
    close(connection.server);
  }
}

void TcpRelay::CutAt(Cut cut) {
  absl::MutexLock lock(&mutex_);
  cut_ = std::move(cut);
  cuts_ = 0;
}

int TcpRelay::cuts() const {
  absl::MutexLock lock(&mutex_);
  return cuts_;
}

void TcpRelay::Loop() {
  while (true) {
    std::vector<pollfd> events = {{wake_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const Connection& connection : connections_) {
      events.push_back({connection.client, POLLIN, 0});
      events.push_back({connection.server, POLLIN, 0});
    }
    if (poll(events.data(), events.size(), -1) < 0) continue;
    if (events[0].revents != 0) return;
    size_t next = 2;
    for (Connection& connection : connections_) {
      if (events[next++].revents != 0) PassRequest(connection);
      if (events[next++].revents != 0 && !connection.is_over) PassAnswer(connection);
    }
    connections_.remove_if([](const Connection& connection) {
      if (!connection.is_over) return false;
      close(connection.client);
      close(connection.server);
      return true;
    });
    if (events[1].revents != 0) Accept();
  }
}

void TcpRelay::Accept() {
  const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  const int on = 1;
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  const int server = ConnectTo(upstream_);
  if (server < 0) {
    close(client);
    return;
  }
  connections_.push_back({.client = client, .server = server, .answer_left = std::nullopt});
}

void TcpRelay::PassRequest(Connection& connection) {
  const std::string piece = Receive(connection.client);
  Cut cut;
  const std::optional<size_t> end = FindCut(piece, cut);
  size_t passed = piece.size();
  if (end && cut.moment == CutMoment::kBeforeRequest) passed = 0;
  if (end && cut.moment == CutMoment::kInRequest) passed = *end;
  const bool is_sent = Send(connection.server, std::string_view(piece).substr(0, passed));
  if (piece.empty() || !is_sent) connection.is_over = true;
  if (!end) return;
  if (cut.moment == CutMoment::kBeforeAnswer || cut.moment == CutMoment::kInAnswer) {
    connection.answer_left = cut.moment == CutMoment::kInAnswer ? cut.answer_bytes : 0;
  } else {
    CountCut(connection);
  }
}

void TcpRelay::PassAnswer(Connection& connection) {
  const std::string piece = Receive(connection.server);
  const size_t passed = std::min(connection.answer_left.value_or(piece.size()), piece.size());
  const bool is_sent = Send(connection.client, std::string_view(piece).substr(0, passed));
  if (piece.empty() || !is_sent) connection.is_over = true;
  if (!connection.answer_left) return;
  *connection.answer_left -= passed;
  if (passed < piece.size() || *connection.answer_left == 0) CountCut(connection);
}

std::optional<size_t> TcpRelay::FindCut(const std::string& piece, Cut& cut) {
  absl::MutexLock lock(&mutex_);
  if (cut_.pattern.empty() || cut_.times == 0) return std::nullopt;
  const size_t begin = piece.find(cut_.pattern);
  if (begin == std::string::npos) return std::nullopt;
  --cut_.times;
  cut = cut_;
  return begin + cut_.pattern.size();
}

void TcpRelay::CountCut(Connection& connection) {
  connection.is_over = true;
  absl::MutexLock lock(&mutex_);
  ++cuts_;
}

}  // namespace arena::testing
