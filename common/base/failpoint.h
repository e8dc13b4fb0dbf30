#pragma once

#include <atomic>
#include <string_view>

// Named places where a process can be made to die or to freeze, so that crash tests hit the moments
// that chance seldom hits. They are in every build, so that what is tested is what runs, and do
// nothing unless the environment arms them when the process starts:
//
//   ARENA_FAILPOINTS="vote-ingest.before-commit=die@3,rating.after-commit=freeze@1"
//
// The third pass of the first place ends the process by SIGKILL; the first pass of the second stops
// it by SIGSTOP until somebody sends SIGCONT. A value that cannot be read ends the process at once.
namespace arena {

namespace failpoint_internal {
extern std::atomic<bool> is_armed;
void Pass(std::string_view scope, std::string_view place);
}  // namespace failpoint_internal

// The place `scope.place`. Unarmed it costs one relaxed load. Threads may pass it.
inline void Failpoint(std::string_view scope, std::string_view place) {
  if (failpoint_internal::is_armed.load(std::memory_order_relaxed)) {
    failpoint_internal::Pass(scope, place);
  }
}

// Arms this process as ARENA_FAILPOINTS would, in place of what was armed; false, with nothing
// armed, when `text` cannot be read. Call it before threads pass failpoints.
bool ArmFailpoints(std::string_view text);

}  // namespace arena
