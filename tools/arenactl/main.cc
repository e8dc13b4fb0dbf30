#include <CLI/CLI.hpp>

#include "tools/arenactl/rate/command.h"

// The operators' tool. Each subcommand is a library that adds itself.
int main(int argc, char** argv) {
  CLI::App app("Arena's command-line tool");
  app.require_subcommand(1);
  arena::rate::AddRateCommand(app);
  CLI11_PARSE(app, argc, argv);
  return 0;
}
