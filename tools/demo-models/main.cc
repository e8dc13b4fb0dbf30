#include <fmt/format.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "absl/synchronization/mutex.h"
#include "tools/demo-models/questions/profiles.h"
#include "tools/demo-models/server/demo_server.h"

namespace {

using arena::demo::DemoServer;
using arena::demo::DemoServerOptions;

constexpr uint16_t kDefaultPort = 50061;

std::string Footer() {
  std::string text = "Models, best first:\n";
  for (const auto& model : arena::demo::kProfiles) {
    text += fmt::format("  {:<15} {:>3.0f} % right, {:>3} ms to the first token, {:>3} tokens/s\n",
                        model.name, model.success_rate * 100, model.first_token_ms,
                        model.tokens_per_second);
  }
  text +=
      "\nFaults, with --faults, as suffix of the model (aspen-chat!stall-after=3) or by\n"
      "POST /faults {\"model\": …, \"fault\": \"stall-after=3\", \"times\": 2}:\n";
  for (const auto& fault : arena::demo::FaultDescriptions()) {
    const std::string name = fault.max_amount > 0
                                 ? fmt::format("{}={}", fault.name, fault.default_amount)
                                 : std::string(fault.name);
    text += fmt::format("  {:<21} {}\n", name, fault.help);
  }
  return text + "\nPaths: POST /v1/chat/completions, GET /v1/models, GET /healthz, GET /stats.\n";
}

// Blocked before threads start, so that only WaitForSignal gets them.
sigset_t BlockSignals() {
  signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

}  // namespace

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  const sigset_t signals = BlockSignals();

  DemoServerOptions options{.port = kDefaultPort};
  CLI::App app(
      "Six scripted language models behind OpenAI's chat completions, on 127.0.0.1, for\n"
      "demonstrations, tests and benchmarks. They do small sums and know a few facts, each with a\n"
      "success rate of its own. The first line printed is `listening 127.0.0.1:PORT`.");
  app.add_option("--port", options.port, "Port; 0 lets the system choose")
      ->envname("ARENA_DEMO_PORT")
      ->capture_default_str();
  app.add_option("--seed", options.seed, "Seed of answers, mistakes and pace")
      ->envname("ARENA_DEMO_SEED")
      ->capture_default_str();
  app.add_option("--speed", options.speed, "Divides all delays; 0 means no delays")
      ->envname("ARENA_DEMO_SPEED")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  app.add_flag("--faults", options.has_faults, "Let requests ask for faults")
      ->envname("ARENA_DEMO_FAULTS");
  app.footer(Footer());
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    fmt::print(stderr, "arena-demo-models: {}; see --help.\n", error.what());
    return 1;
  }

  const auto server = DemoServer::Start(options);
  if (!server.ok()) {
    fmt::print(stderr, "arena-demo-models: {}\n", std::string(server.status().message()));
    return 1;
  }
  fmt::print("listening 127.0.0.1:{}\n", (*server)->port());
  std::fflush(stdout);
  int received = 0;
  sigwait(&signals, &received);
  return 0;
}
