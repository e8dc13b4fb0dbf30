#pragma once

#include <cstdint>

#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/lifecycle/log.h"

namespace arena::rating {

// Tells the process's log how far a long read of the vote log has come: every few seconds while it
// lasts, and once at its end. A short one is not worth a line. For one thread.
class ProgressLog {
 public:
  explicit ProgressLog(Clock& clock) : clock_(clock), told_(clock.Now()) {}

  // After each page: the position reached, and where the log ends.
  void Note(int64_t position, int64_t head, bool has_more) {
    const absl::Time now = clock_.Now();
    if (!has_more) {
      if (is_long_) lifecycle::LogInfo("The vote log has been read.", {{"position", position}});
      is_long_ = false;
      told_ = now;
      return;
    }
    if (now - told_ < kInterval) return;
    is_long_ = true;
    told_ = now;
    lifecycle::LogInfo("Reading the vote log.", {{"position", position},
                                                 {"head", head},
                                                 {"percent", 100.0 * static_cast<double>(position) /
                                                                 static_cast<double>(head)}});
  }

 private:
  static constexpr absl::Duration kInterval = absl::Seconds(5);

  Clock& clock_;
  absl::Time told_;
  bool is_long_ = false;
};

}  // namespace arena::rating
