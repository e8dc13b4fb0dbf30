#include "tools/demo-models/server/demo_server.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <thread>
#include <utility>

#include "tools/demo-models/core/api.h"
#include "tools/demo-models/server/connection.h"

namespace arena::demo {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// Below the machine's limit of open files.
constexpr int kMaxConnections = 16'000;
// Out of files or memory; a loop without a pause would burn the CPU.
constexpr std::chrono::milliseconds kAcceptPause{10};

ApiOptions MakeApiOptions(const DemoServerOptions& options) {
  return {.seed = options.seed,
          .speed = options.speed,
          .has_faults = options.has_faults,
          .monotonic_us = MonotonicMicros,
          .unix_s = [] { return absl::ToUnixSeconds(absl::Now()); }};
}

}  // namespace

class DemoServer::Impl {
 public:
  explicit Impl(const DemoServerOptions& options)
      : api_(MakeApiOptions(options), faults_, ledger_),
        context_{api_, ledger_},
        io_(1),
        acceptor_(io_) {}
  ~Impl() { Stop(); }

  absl::Status Start(uint16_t port) {
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
    error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      return absl::UnavailableError(
          fmt::format("cannot listen on 127.0.0.1:{}: {}", port, error.message()));
    }
    port_ = acceptor_.local_endpoint().port();
    asio::co_spawn(io_, Accept(), asio::detached);
    thread_ = std::thread([this] { io_.run(); });
    return absl::OkStatus();
  }

  void Stop() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }

  uint16_t port() const { return port_; }
  FaultBook& faults() { return faults_; }
  const Ledger& ledger() const { return ledger_; }

 private:
  asio::awaitable<void> Accept() {
    asio::steady_timer pause(io_);
    while (true) {
      error_code error;
      tcp::socket socket(io_);
      co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
      if (error) {
        pause.expires_after(kAcceptPause);
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
        continue;
      }
      // A socket over the limit closes at the end of this scope.
      if (context_.open_connections >= kMaxConnections) continue;
      socket.set_option(tcp::no_delay(true), error);
      ServeConnection(std::move(socket), context_);
    }
  }

  FaultBook faults_;
  Ledger ledger_;
  Api api_;
  ServerContext context_;
  uint16_t port_ = 0;
  // Destroyed before what the coroutines in it use.
  asio::io_context io_;
  tcp::acceptor acceptor_;
  std::thread thread_;
};

absl::StatusOr<std::unique_ptr<DemoServer>> DemoServer::Start(const DemoServerOptions& options) {
  auto impl = std::make_unique<Impl>(options);
  const absl::Status status = impl->Start(options.port);
  if (!status.ok()) return status;
  return std::unique_ptr<DemoServer>(new DemoServer(std::move(impl)));
}

DemoServer::DemoServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DemoServer::~DemoServer() = default;

uint16_t DemoServer::port() const { return impl_->port(); }
std::string DemoServer::url() const { return fmt::format("http://127.0.0.1:{}/v1", port()); }
void DemoServer::Stop() { impl_->Stop(); }
Stats DemoServer::GetStats() const { return impl_->ledger().Get(); }

bool DemoServer::WaitUntil(const std::function<bool(const Stats&)>& condition,
                           absl::Duration wait) const {
  return impl_->ledger().WaitUntil(condition, wait);
}

void DemoServer::ArmFault(const std::string& model, Fault fault, int times) {
  impl_->faults().Arm(model, fault, times);
}

}  // namespace arena::demo
