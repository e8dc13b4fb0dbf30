#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tools/demo-models/core/fault.h"
#include "tools/demo-models/core/ledger.h"

namespace arena::demo {

struct DemoServerOptions {
  // On 127.0.0.1; 0 lets the system choose.
  uint16_t port = 0;
  // Of answers, their mistakes and their pace.
  uint64_t seed = 1;
  // Delays are divided by it; 0 means none.
  double speed = 1;
  // Whether requests may ask for faults, by the model's suffix or POST /faults. ArmFault works
  // anyway.
  bool has_faults = false;
};

// All demonstration models behind one port, on one thread of its own. Its methods may be called
// from any other thread.
class DemoServer {
 public:
  // UNAVAILABLE when the port cannot be had.
  static absl::StatusOr<std::unique_ptr<DemoServer>> Start(const DemoServerOptions& options);
  // Stops.
  ~DemoServer();
  DemoServer(const DemoServer&) = delete;
  DemoServer& operator=(const DemoServer&) = delete;

  uint16_t port() const;
  // "http://127.0.0.1:PORT/v1", as models.yaml wants it.
  std::string url() const;
  // Closes all connections. What was under way counts as neither completed nor closed by the
  // client.
  void Stop();

  Stats GetStats() const;
  // Waits until `condition` holds for the counts; false when it does not within `wait`.
  bool WaitUntil(const std::function<bool(const Stats&)>& condition, absl::Duration wait) const;
  // The next `times` requests of `model` fail like this; zero disarms.
  void ArmFault(const std::string& model, Fault fault, int times = 1);

 private:
  class Impl;
  explicit DemoServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace arena::demo
