#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "tools/demo-models/core/fault.h"

namespace arena::demo {

// Faults that wait for the next requests of a model, so that the system under test need not know of
// them. Threads may share it.
class FaultBook {
 public:
  // The next `times` requests of `model` fail like this; replaces what was armed for it. Zero
  // disarms.
  void Arm(const std::string& model, Fault fault, int times);
  // The fault for a request of `model` that begins now.
  std::optional<Fault> Take(std::string_view model);
  void Clear();

 private:
  struct Armed {
    Fault fault;
    int times;
  };
  absl::Mutex mutex_;
  std::map<std::string, Armed, std::less<>> armed_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace arena::demo
