#include <cstdio>

#include "common/config/settings.h"
#include "common/lifecycle/log.h"
#include "common/lifecycle/process.h"
#include "services/model-gateway/bind.h"

int main(int argc, char** argv) {
  arena::lifecycle::InitProcess();
  arena::model_gateway::Options options;
  arena::config::SettingsParser parser(
      {.name = "arena-model-gateway",
       .purpose = "Streams the replies of both models of a battle, anonymised."});
  arena::model_gateway::AddSettings(parser, options);
  if (const auto exit_code = parser.Parse(argc, argv)) return *exit_code;
  const absl::Status logging =
      arena::lifecycle::InitLogging("model-gateway", options.server.log_level);
  if (!logging.ok()) return arena::lifecycle::FailStart(logging);
  const auto service = arena::model_gateway::ModelGateway::Start(options);
  if (!service.ok()) return arena::lifecycle::FailStart(service.status());
  std::printf("listening %s\n", (*service)->address().c_str());
  std::fflush(stdout);
  return arena::lifecycle::RunUntilSignal((*service)->shutdown_steps());
}
