#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace arena::testing {

struct ChildOptions {
  // Program and arguments; the program is a path.
  std::vector<std::string> command;
  // Variables added to this process's environment.
  std::map<std::string, std::string> environment;
  // Where standard error goes (and standard output, when it is not read); appended to.
  std::string log_path = "/dev/null";
  // System user to run as; empty stays. Only root may change.
  std::string user;
  // Whether ReadLine is used.
  bool read_stdout = false;
};

// A process that never outlives this one: it is killed when this object, or this process, ends.
// Used by one thread.
class ChildProcess {
 public:
  explicit ChildProcess(ChildOptions options);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  // The next line of standard output without its end; nothing at the end of output or after `wait`.
  std::optional<std::string> ReadLine(absl::Duration wait);
  void Signal(int signal);
  // Waits for the end: exit code, or 128 + signal. Nothing when it still runs after `wait`.
  std::optional<int> Wait(absl::Duration wait);
  // Waits until a signal has stopped the process; false when it has ended or goes on after `wait`.
  bool WaitForStop(absl::Duration wait);
  bool IsRunning() { return !Wait(absl::ZeroDuration()).has_value(); }

 private:
  pid_t pid_ = -1;
  int stdout_fd_ = -1;
  std::string unread_;
  std::optional<int> exit_code_;
};

// Runs a command to its end; returns its exit code.
int RunCommand(ChildOptions options);

}  // namespace arena::testing
