#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "common/lifecycle/log.h"

namespace arena::rating {

// Logs when repeated work begins to fail and when it works again, not every time. For one thread.
class FailureLog {
 public:
  explicit FailureLog(std::string work) : work_(std::move(work)) {}

  void Note(const absl::Status& status) {
    if (status.ok() != is_failing_) return;
    is_failing_ = !status.ok();
    if (is_failing_) {
      lifecycle::LogWarn("Background work fails; it is tried again.",
                         {{"work", work_}, {"cause", std::string(status.message())}});
    } else {
      lifecycle::LogInfo("Background work goes on.", {{"work", work_}});
    }
  }

 private:
  const std::string work_;
  bool is_failing_ = false;
};

}  // namespace arena::rating
