#include "common/lifecycle/process.h"

#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <string>

#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/lifecycle/log.h"

namespace arena::lifecycle {
namespace {

sigset_t ShutdownSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

void AllowAsManyFilesAsThereMayBe() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &files);
}

void RunStep(std::string_view name, const std::function<void()>& step) {
  if (!step) return;
  LogInfo("Shutdown step.", {{"step", name}});
  step();
}

}  // namespace

void InitProcess() {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  const sigset_t signals = ShutdownSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  AllowAsManyFilesAsThereMayBe();
  // gRPC logs a taken port in several hundred characters; we say it in one sentence. Who debugs
  // gRPC itself sets the variable.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
}

int WaitForSignal() {
  const sigset_t signals = ShutdownSignals();
  int number = 0;
  while (sigwait(&signals, &number) != 0) {
  }
  return number;
}

void RunShutdown(const ShutdownSteps& steps) {
  RunStep("stop serving", steps.stop_serving);
  if (steps.notice_time > absl::ZeroDuration()) absl::SleepFor(steps.notice_time);
  if (steps.drain) {
    RunStep("drain", [&] { steps.drain(absl::Now() + steps.drain_time); });
  }
  RunStep("stop loops", steps.stop_loops);
  LogInfo("Shutdown complete.");
}

int RunUntilSignal(const ShutdownSteps& steps) {
  const int number = WaitForSignal();
  LogInfo("Signal received.", {{"signal", number}});
  RunShutdown(steps);
  return 0;
}

int FailStart(const absl::Status& status) {
  LogError("Cannot start.", {{"cause", std::string(status.message())}});
  return 1;
}

}  // namespace arena::lifecycle
