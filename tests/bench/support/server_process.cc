#include "tests/bench/support/server_process.h"

#include <fmt/format.h>
#include <signal.h>

#include <filesystem>
#include <optional>
#include <string_view>

namespace arena::bench {
namespace {

constexpr absl::Duration kStartWait = absl::Seconds(30);
constexpr absl::Duration kStopWait = absl::Seconds(30);
constexpr size_t kLogTail = 2'000;
// Made for benches, known to all, worth nothing.
constexpr char kBenchKey[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

std::string TailOf(const std::string& path) {
  const std::string text = testing::ReadFile(path);
  return text.substr(text.size() > kLogTail ? text.size() - kLogTail : 0);
}

}  // namespace

std::string OwnPath() { return std::filesystem::read_symlink("/proc/self/exe"); }

std::string ProgramPath(const std::string& name) {
  return std::filesystem::path(OwnPath()).parent_path() / name;
}

absl::StatusOr<std::unique_ptr<ServerProcess>> ServerProcess::Start(
    std::vector<std::string> command, std::map<std::string, std::string> environment) {
  constexpr std::string_view kListening = "listening ";
  std::unique_ptr<ServerProcess> server(new ServerProcess);
  const std::string program = command.front();
  testing::ChildOptions options;
  options.command = std::move(command);
  options.environment = std::move(environment);
  options.log_path = server->folder_.PathOf("log");
  options.read_stdout = true;
  const std::string log = options.log_path;
  server->child_ = std::make_unique<testing::ChildProcess>(std::move(options));
  const std::optional<std::string> line = server->child_->ReadLine(kStartWait);
  if (!line.has_value() || !line->starts_with(kListening)) {
    return absl::UnavailableError(
        fmt::format("{} did not come up; its log ends:\n{}", program, TailOf(log)));
  }
  server->address_ = line->substr(kListening.size());
  return server;
}

ServerProcess::~ServerProcess() {
  child_->Signal(SIGTERM);
  child_->Wait(kStopWait);
}

absl::StatusOr<std::unique_ptr<ServerProcess>> StartService(const std::string& name,
                                                            const std::string& conninfo,
                                                            std::vector<std::string> flags) {
  std::vector<std::string> command = {ProgramPath(name), "--listen", "127.0.0.1:0",
                                      "--metrics-listen", "127.0.0.1:0"};
  command.insert(command.end(), flags.begin(), flags.end());
  return ServerProcess::Start(std::move(command), {{"ARENA_DATABASE", conninfo},
                                                   {"ARENA_BATTLE_KEY", kBenchKey},
                                                   {"ARENA_VOTER_KEY", kBenchKey}});
}

}  // namespace arena::bench
