#include <fmt/format.h>
#include <prometheus/exposer.h>

#include <exception>

#include "common/lifecycle/log.h"
#include "common/metrics/metrics.h"

namespace arena::metrics {

struct Exposer::Server {
  explicit Server(const std::string& address) : exposer(address, /*num_threads=*/1) {}
  prometheus::Exposer exposer;
};

absl::StatusOr<std::unique_ptr<Exposer>> Exposer::Start(const std::string& address,
                                                        const Registry& registry) {
  if (address.empty()) return std::unique_ptr<Exposer>(new Exposer(nullptr, 0));
  // prometheus-cpp reports a taken port by an exception of the web server inside.
  try {
    auto server = std::make_unique<Server>(address);
    server->exposer.RegisterCollectable(registry.collectable());
    const int port = server->exposer.GetListeningPorts().front();
    lifecycle::LogInfo("Serving metrics.", {{"port", port}});
    return std::unique_ptr<Exposer>(new Exposer(std::move(server), port));
  } catch (const std::exception&) {
    return absl::FailedPreconditionError(fmt::format(
        "Cannot serve metrics on {}: the port is taken or the address is not ours.", address));
  }
}

Exposer::Exposer(std::unique_ptr<Server> server, int port)
    : server_(std::move(server)), port_(port) {}

Exposer::~Exposer() = default;

}  // namespace arena::metrics
