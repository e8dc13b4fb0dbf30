#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace arena::arenactl {

// Makes `command` run `action` once the command line is understood. An error becomes one sentence
// on standard error and the exit code 1; nothing of a failed command goes to standard output but
// what it had written before.
void OnRun(CLI::App& command, std::function<absl::Status()> action);
// As above, for commands whose exit code says more; the action gives it when there is no error.
void OnRunWithCode(CLI::App& command, std::function<absl::StatusOr<int>()> action);

// The whole of a file, or of standard input for "-". The error names the file.
absl::StatusOr<std::string> ReadWholeFile(const std::string& path);

}  // namespace arena::arenactl
