#include "tests/support/child_process.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "absl/time/clock.h"

namespace arena::testing {
namespace {

constexpr absl::Duration kKillWait = absl::Seconds(10);

// In the child: becomes `user` and makes the kernel kill us with our parent.
void BecomeUser(const std::string& user) {
  if (!user.empty()) {
    const passwd* entry = getpwnam(user.c_str());
    if (entry == nullptr || initgroups(user.c_str(), entry->pw_gid) != 0 ||
        setgid(entry->pw_gid) != 0 || setuid(entry->pw_uid) != 0) {
      std::perror("cannot change user");
      _exit(126);
    }
  }
  // After setuid, which clears it.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
}

[[noreturn]] void Exec(const ChildOptions& options, int stdout_fd) {
  const int log = open(options.log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(stdout_fd >= 0 ? stdout_fd : log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  BecomeUser(options.user);
  for (const auto& [name, value] : options.environment) setenv(name.c_str(), value.c_str(), 1);
  // Signals that a test blocked would stay blocked.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  std::vector<char*> arguments;
  for (const std::string& argument : options.command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  std::perror(arguments[0]);
  _exit(127);
}

}  // namespace

ChildProcess::ChildProcess(ChildOptions options) {
  int pipe_fds[2] = {-1, -1};
  if (options.read_stdout && pipe2(pipe_fds, O_CLOEXEC) != 0) std::abort();
  pid_ = fork();
  if (pid_ < 0) std::abort();
  if (pid_ == 0) Exec(options, pipe_fds[1]);
  if (pipe_fds[1] >= 0) close(pipe_fds[1]);
  stdout_fd_ = pipe_fds[0];
}

ChildProcess::~ChildProcess() {
  if (IsRunning()) {
    Signal(SIGKILL);
    Wait(kKillWait);
  }
  if (stdout_fd_ >= 0) close(stdout_fd_);
}

std::optional<std::string> ChildProcess::ReadLine(absl::Duration wait) {
  const absl::Time deadline = absl::Now() + wait;
  while (true) {
    const size_t end = unread_.find('\n');
    if (end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    const absl::Duration left = deadline - absl::Now();
    if (left <= absl::ZeroDuration()) return std::nullopt;
    pollfd event = {stdout_fd_, POLLIN, 0};
    if (poll(&event, 1, static_cast<int>(absl::ToInt64Milliseconds(left)) + 1) <= 0) continue;
    char buffer[4096];
    const ssize_t count = read(stdout_fd_, buffer, sizeof(buffer));
    if (count <= 0) return std::nullopt;
    unread_.append(buffer, static_cast<size_t>(count));
  }
}

void ChildProcess::Signal(int signal) {
  if (!exit_code_.has_value()) kill(pid_, signal);
}

std::optional<int> ChildProcess::Wait(absl::Duration wait) {
  if (exit_code_.has_value()) return exit_code_;
  const int process = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  pollfd event = {process, POLLIN, 0};
  const int ready = poll(&event, 1, static_cast<int>(absl::ToInt64Milliseconds(wait)));
  close(process);
  if (ready <= 0) return std::nullopt;
  int status = 0;
  waitpid(pid_, &status, 0);
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return exit_code_;
}

bool ChildProcess::WaitForStop(absl::Duration wait) {
  const absl::Time deadline = absl::Now() + wait;
  while (!exit_code_.has_value() && absl::Now() < deadline) {
    siginfo_t event = {};
    waitid(P_PID, static_cast<id_t>(pid_), &event, WSTOPPED | WEXITED | WNOHANG | WNOWAIT);
    if (event.si_pid == pid_) return event.si_code == CLD_STOPPED;
    absl::SleepFor(absl::Milliseconds(2));
  }
  return false;
}

int RunCommand(ChildOptions options) {
  ChildProcess process(std::move(options));
  return process.Wait(absl::Minutes(5)).value_or(-1);
}

}  // namespace arena::testing
