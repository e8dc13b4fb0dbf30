#include <cstdio>

#include "common/config/settings.h"
#include "common/lifecycle/log.h"
#include "common/lifecycle/process.h"
#include "services/matchmaker/bind.h"

int main(int argc, char** argv) {
  arena::lifecycle::InitProcess();
  arena::matchmaker::Options options;
  arena::config::SettingsParser parser(
      {.name = "arena-matchmaker", .purpose = "Makes battles: which two models, on which side."});
  arena::matchmaker::AddSettings(parser, options);
  if (const auto exit_code = parser.Parse(argc, argv)) return *exit_code;
  const absl::Status logging =
      arena::lifecycle::InitLogging("matchmaker", options.server.log_level);
  if (!logging.ok()) return arena::lifecycle::FailStart(logging);
  const auto service = arena::matchmaker::Matchmaker::Start(options);
  if (!service.ok()) return arena::lifecycle::FailStart(service.status());
  std::printf("listening %s\n", (*service)->address().c_str());
  std::fflush(stdout);
  return arena::lifecycle::RunUntilSignal((*service)->shutdown_steps());
}
