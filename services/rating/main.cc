#include <malloc.h>

#include <cstdio>

#include "common/config/settings.h"
#include "common/lifecycle/log.h"
#include "common/lifecycle/process.h"
#include "services/rating/bind.h"

namespace {

// A snapshot takes and frees the same tens of megabytes, several times a second: they are kept,
// since getting them from the system again costs as much as counting and fitting them.
void KeepFreedMemory() {
  constexpr int kLargestKept = 32 << 20;
  constexpr int kKept = 256 << 20;
  constexpr int kArenas = 4;
  mallopt(M_MMAP_THRESHOLD, kLargestKept);
  mallopt(M_TRIM_THRESHOLD, kKept);
  // Both hold for each arena, of which there would be eight a core.
  mallopt(M_ARENA_MAX, kArenas);
}

}  // namespace

int main(int argc, char** argv) {
  arena::lifecycle::InitProcess();
  KeepFreedMemory();
  arena::rating::Options options;
  arena::config::SettingsParser parser(
      {.name = "arena-rating",
       .purpose = "Follows the vote log and publishes leaderboards that anyone can recompute."});
  arena::rating::AddSettings(parser, options);
  if (const auto exit_code = parser.Parse(argc, argv)) return *exit_code;
  const absl::Status logging = arena::lifecycle::InitLogging("rating", options.server.log_level);
  if (!logging.ok()) return arena::lifecycle::FailStart(logging);
  auto service = arena::rating::Rating::Start(options);
  if (!service.ok()) return arena::lifecycle::FailStart(service.status());
  std::printf("listening %s\n", (*service)->address().c_str());
  std::fflush(stdout);
  return arena::lifecycle::RunUntilSignal((*service)->shutdown_steps());
}
