#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "common/base/version.h"
#include "tools/arenactl/leaderboard/command.h"
#include "tools/arenactl/models/command.h"
#include "tools/arenactl/operations/migrate_command.h"
#include "tools/arenactl/operations/status_command.h"
#include "tools/arenactl/play/command.h"
#include "tools/arenactl/rate/command.h"
#include "tools/arenactl/simulate/command.h"
#include "tools/arenactl/votes/command.h"

namespace {

constexpr char kHelp[] =
    R"(Addresses default to the local system of './arena up'. Environment:
  ARENA_API_KEY          key sent to servers that ask for one
  ARENA_TLS_CA_FILE      PEM file; set, connections use TLS (with ARENA_TLS_CERTIFICATE_FILE and
                         ARENA_TLS_KEY_FILE for a client certificate)
Exit codes: 0 done, 1 not done; then one sentence on standard error says why and what to do. 2 from
'leaderboard verify': equal to 1e-9, by another version of the library.
'arenactl COMMAND --help' shows a command's options and examples.)";

// What no command of `command` is called, where one had to stand; empty otherwise. CLI11 says only
// that a command is required.
std::string UnknownCommand(const CLI::App& command) {
  const bool has_commands = !command.get_subcommands([](const CLI::App*) { return true; }).empty();
  const std::vector<std::string> unknown = command.remaining();
  return has_commands && !unknown.empty() ? unknown.front() : "";
}

// A mistake on the command line, as one sentence.
int ExplainMistake(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* command = &app;
  std::string path = app.get_name();
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
    path += " " + command->get_name();
  }
  std::string what = error.what();
  while (!what.empty() && (what.back() == '.' || what.back() == '\n')) what.pop_back();
  const std::string unknown = UnknownCommand(*command);
  if (unknown.starts_with('-')) {
    what = fmt::format("there is no option '{}'", unknown);
  } else if (!unknown.empty()) {
    what = fmt::format("there is no command '{}'", unknown);
  }
  fmt::print(stderr, "arenactl: {}; see '{} --help'.\n", what, path);
  return 1;
}

}  // namespace

// The operators' tool. Each subcommand is a library that adds itself.
int main(int argc, char** argv) {
  // Costs a tenth of the CPU in Debian's Abseil.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  CLI::App app("Arena's command-line tool: operates a system over gRPC, and rates votes offline",
               "arenactl");
  app.set_version_flag("--version", std::string(arena::Version()));
  app.require_subcommand(1);
  arena::arenactl::AddMigrateCommand(app);
  arena::arenactl::AddStatusCommand(app);
  arena::arenactl::AddModelsCommand(app);
  arena::arenactl::AddVotesCommand(app);
  arena::arenactl::AddLeaderboardCommand(app);
  arena::arenactl::AddPlayCommand(app);
  arena::arenactl::AddSimulateCommand(app);
  arena::rate::AddRateCommand(app);
  // Last, since commands would inherit it.
  app.footer(kHelp);
  app.get_formatter()->column_width(34);
  try {
    app.parse(argc, argv);
  } catch (const CLI::RuntimeError& error) {
    return error.get_exit_code();
  } catch (const CLI::ParseError& error) {
    // Help and version are such errors too, with the code 0.
    return error.get_exit_code() == 0 ? app.exit(error) : ExplainMistake(app, error);
  }
  return 0;
}
