#include "tools/arenactl/operations/status_command.h"

#include <fmt/format.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "common/base/status_macros.h"
#include "tools/arenactl/client.h"
#include "tools/arenactl/command.h"
#include "tools/arenactl/operations/health.h"

namespace arena::arenactl {
namespace {

constexpr std::array<ServiceName, 4> kServices = {kMatchmaker, kModelGateway, kVoteIngest, kRating};
constexpr absl::Duration kHealthTimeout = absl::Seconds(2);

constexpr char kStatusHelp[] =
    R"(One line a service: its name, its address, and serving, not-serving (it is up, and something that
it needs is not) or unreachable. Exit code 0 when all four serve, else 1.

Examples:
  arenactl status
  arenactl status --json --rating 127.0.0.1:50154)";

struct StatusOptions {
  bool json = false;
  // In the order of kServices.
  std::array<std::string, kServices.size()> addresses;
};

absl::Status RunStatus(const StatusOptions& options) {
  nlohmann::ordered_json services = nlohmann::ordered_json::array();
  std::string missing;
  for (size_t i = 0; i < kServices.size(); ++i) {
    const std::string& address = options.addresses[i];
    ARENA_ASSIGN_OR_RETURN(const Remote remote, Remote::Make(kServices[i], address));
    const std::string health = HealthOf(remote, kHealthTimeout);
    services.push_back({{"service", kServices[i].name}, {"address", address}, {"status", health}});
    if (!options.json) fmt::print("{:<14} {:<22} {}\n", kServices[i].name, address, health);
    if (health != "serving")
      missing += (missing.empty() ? "" : ", ") + std::string(kServices[i].name);
  }
  if (options.json) fmt::print("{}\n", nlohmann::ordered_json{{"services", services}}.dump());
  if (missing.empty()) return absl::OkStatus();
  return absl::UnavailableError(fmt::format(
      "Not serving: {}; start what is missing with './arena up' or see './arena logs NAME'.",
      missing));
}

}  // namespace

void AddStatusCommand(CLI::App& app) {
  auto options = std::make_shared<StatusOptions>();
  CLI::App* command = app.add_subcommand("status", "Tells whether the four services serve");
  command->add_flag("--json", options->json, "One JSON object instead of lines");
  for (size_t i = 0; i < kServices.size(); ++i) {
    AddAddressFlag(*command, kServices[i], options->addresses[i]);
  }
  command->footer(kStatusHelp);
  OnRun(*command, [options] { return RunStatus(*options); });
}

}  // namespace arena::arenactl
