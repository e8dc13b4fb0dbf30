#include "common/base/failpoint.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"

namespace arena {
namespace {

struct Arming {
  int signal = 0;
  int64_t passes_left = 0;
};

using Armings = std::map<std::string, Arming, std::less<>>;

absl::Mutex& Guard() {
  static absl::Mutex mutex;
  return mutex;
}

// Behind Guard(). Never destroyed: threads may pass while the process exits.
Armings& Armed() {
  static auto* const armed = new Armings();
  return *armed;
}

// Reads "name=die@3"; false when it is not of this form.
bool AddArming(const std::string& text, Armings& armings) {
  const size_t equals = text.find('=');
  const size_t at = text.rfind('@');
  if (equals == std::string::npos || at == std::string::npos || equals == 0 || at < equals) {
    return false;
  }
  const std::string action = text.substr(equals + 1, at - equals - 1);
  Arming arming;
  if (action == "die") arming.signal = SIGKILL;
  if (action == "freeze") arming.signal = SIGSTOP;
  const bool is_number = absl::SimpleAtoi(text.substr(at + 1), &arming.passes_left);
  if (arming.signal == 0 || !is_number || arming.passes_left < 1) return false;
  armings[text.substr(0, equals)] = arming;
  return true;
}

bool ArmFromEnvironment() {
  const char* text = std::getenv("ARENA_FAILPOINTS");
  if (text == nullptr || *text == '\0') return false;
  if (!ArmFailpoints(text)) {
    std::fprintf(stderr, "ARENA_FAILPOINTS cannot be read: %s\n", text);
    _exit(1);
  }
  return true;
}

}  // namespace

namespace failpoint_internal {

std::atomic<bool> is_armed = ArmFromEnvironment();

void Pass(std::string_view scope, std::string_view place) {
  const std::string name = fmt::format("{}.{}", scope, place);
  absl::MutexLock lock(&Guard());
  const auto found = Armed().find(name);
  if (found == Armed().end() || --found->second.passes_left != 0) return;
  std::fprintf(stderr, "The failpoint %s is reached.\n", name.c_str());
  kill(getpid(), found->second.signal);
}

}  // namespace failpoint_internal

bool ArmFailpoints(std::string_view text) {
  Armings armings;
  bool is_readable = true;
  for (const auto& part : absl::StrSplit(std::string(text), ',', absl::SkipEmpty())) {
    is_readable = is_readable && AddArming(std::string(part), armings);
  }
  if (!is_readable) armings.clear();
  absl::MutexLock lock(&Guard());
  Armed() = std::move(armings);
  failpoint_internal::is_armed = !Armed().empty();
  return is_readable;
}

}  // namespace arena
