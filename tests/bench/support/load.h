#pragma once

#include <grpcpp/support/status.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"

namespace arena::bench {

// A server under load.
class Target {
 public:
  using Done = std::function<void(grpc::Status)>;

  virtual ~Target() = default;

  // Begins call `number` in `slot`, where no other call is under way. `done` is called once, from a
  // thread of gRPC; every call has a deadline, so it is called in bounded time.
  virtual void Begin(int64_t number, size_t slot, Done done) = 0;
};

struct LoadOptions {
  // Number of the first call; the others follow it without gap.
  int64_t first = 0;
  int64_t calls = 0;
  // Calls under way at most, each in a slot of its own.
  size_t outstanding = 1;
  // Calls a second by a fixed schedule; 0 is as fast as answers come.
  double rate = 0;
};

struct LoadResult {
  double seconds = 0;
  // One a call. By a schedule it counts from when the call was due, not from when a slot was free:
  // a server that stalls is charged for all calls that it kept waiting.
  std::vector<double> latencies_ms;

  double rate() const { return static_cast<double>(latencies_ms.size()) / seconds; }
};

// Makes the calls and waits for all of them. The first failed call ends the run and is its error:
// a figure is about answered calls alone.
absl::StatusOr<LoadResult> RunLoad(Target& target, const LoadOptions& options);

}  // namespace arena::bench
