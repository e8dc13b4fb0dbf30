#include "tools/arenactl/terminal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "absl/time/clock.h"

namespace arena::arenactl {
namespace {

constexpr char kEraseLine[] = "\r\x1b[K";

}  // namespace

Progress::Progress(std::string what, int64_t total)
    : what_(std::move(what)),
      total_(total),
      is_terminal_(isatty(STDERR_FILENO) == 1),
      start_(absl::Now()) {}

Progress::~Progress() {
  if (is_terminal_ && shown_ != absl::InfinitePast()) fmt::print(stderr, "{}", kEraseLine);
}

void Progress::Show(int64_t done) {
  if (!is_terminal_) return;
  const absl::Time now = absl::Now();
  if (now - shown_ < absl::Milliseconds(100)) return;
  shown_ = now;
  const std::string of_total = total_ > 0 ? fmt::format(" of {}", total_) : "";
  fmt::print(stderr, "{}{}{} {}, {:.0f} s", kEraseLine, done, of_total, what_,
             absl::ToDoubleSeconds(now - start_));
  std::fflush(stderr);
}

}  // namespace arena::arenactl
