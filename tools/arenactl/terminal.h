#pragma once

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace arena::arenactl {

// A line of progress on standard error, rewritten in place and gone at the end. Silent unless
// standard error is a terminal. For one thread.
class Progress {
 public:
  // `what` is a plural noun, for example "votes".
  Progress(std::string what, int64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Redraws at most ten times a second.
  void Show(int64_t done);

 private:
  const std::string what_;
  const int64_t total_;
  const bool is_terminal_;
  const absl::Time start_;
  absl::Time shown_ = absl::InfinitePast();
};

}  // namespace arena::arenactl
