#include <cstdio>

#include "common/config/settings.h"
#include "common/lifecycle/log.h"
#include "common/lifecycle/process.h"
#include "services/vote-ingest/bind.h"

int main(int argc, char** argv) {
  arena::lifecycle::InitProcess();
  arena::vote_ingest::Options options;
  arena::config::SettingsParser parser(
      {.name = "arena-vote-ingest",
       .purpose = "Takes votes: commits each to the vote log, then reveals the names."});
  arena::vote_ingest::AddSettings(parser, options);
  if (const auto exit_code = parser.Parse(argc, argv)) return *exit_code;
  const absl::Status logging =
      arena::lifecycle::InitLogging("vote-ingest", options.server.log_level);
  if (!logging.ok()) return arena::lifecycle::FailStart(logging);
  const auto service = arena::vote_ingest::VoteIngest::Start(options);
  if (!service.ok()) return arena::lifecycle::FailStart(service.status());
  std::printf("listening %s\n", (*service)->address().c_str());
  std::fflush(stdout);
  return arena::lifecycle::RunUntilSignal((*service)->shutdown_steps());
}
