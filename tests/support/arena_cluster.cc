#include "tests/support/arena_cluster.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "arena/v1/matchmaker_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "common/rpc/channel.h"

namespace arena::testing {
namespace {

constexpr absl::Duration kStartWait = absl::Minutes(2);
constexpr absl::Duration kStopWait = absl::Minutes(2);
constexpr absl::Duration kCommandWait = absl::Minutes(5);
constexpr size_t kLogTail = 3'000;
constexpr int kDemoModels = 6;

// A service follows those that it calls.
constexpr const char* kStartOrder[] = {"rating", "matchmaker", "model-gateway", "vote-ingest"};

std::string KeyOf(const std::string& service, int replica) {
  return fmt::format("{}/{}", service, replica);
}

std::string RoleOf(std::string service) {
  std::replace(service.begin(), service.end(), '-', '_');
  return "arena_" + service;
}

std::string TailOf(const std::string& path) {
  const std::string text = ReadFile(path);
  return text.substr(text.size() > kLogTail ? text.size() - kLogTail : 0);
}

// Made for tests, known to all, worth nothing.
constexpr char kTestKey[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

}  // namespace

CommandResult RunBinary(const std::string& name, const std::vector<std::string>& arguments,
                        const std::map<std::string, std::string>& environment) {
  const ScratchFolder folder;
  const std::string out = folder.PathOf("out");
  const std::string err = folder.PathOf("err");
  ChildOptions options;
  options.command = {"/bin/sh", "-c", "out=$1; shift; exec \"$@\" >\"$out\"",
                     "sh",      out,  ARENA_BINARIES "/" + name};
  options.command.insert(options.command.end(), arguments.begin(), arguments.end());
  options.environment = environment;
  options.log_path = err;
  ChildProcess process(std::move(options));
  CommandResult result;
  result.exit_code = process.Wait(kCommandWait).value_or(-1);
  result.out = ReadFile(out);
  result.err = ReadFile(err);
  return result;
}

absl::StatusOr<std::unique_ptr<ArenaCluster>> ArenaCluster::Start(ClusterOptions options) {
  std::unique_ptr<ArenaCluster> cluster(new ArenaCluster(std::move(options)));
  ARENA_RETURN_IF_ERROR(cluster->StartAll());
  return cluster;
}

ArenaCluster::ArenaCluster(ClusterOptions options) : options_(std::move(options)) {}

ArenaCluster::~ArenaCluster() {
  // All at once, and each is waited for, so that a sanitizer or coverage can write its report.
  for (const auto& [name, process] : processes_) process->Signal(SIGTERM);
  for (const auto& [name, process] : processes_) process->Wait(kStopWait);
  if (::testing::Test::HasFailure()) {
    folder_.Keep();
    fmt::print(stderr, "The logs of this cluster are kept in {}.\n", folder_.path());
  }
}

absl::Status ArenaCluster::StartAll() {
  if (options_.has_models) ARENA_RETURN_IF_ERROR(StartDemoModels());
  for (int replica = 0; replica < options_.replicas; ++replica) {
    for (const char* service : kStartOrder) {
      ARENA_RETURN_IF_ERROR(StartService(service, replica, "127.0.0.1:0", {}));
    }
  }
  if (!options_.has_models) return absl::OkStatus();
  ARENA_RETURN_IF_ERROR(ApplyModels());
  return WaitForModels();
}

absl::Status ArenaCluster::StartDemoModels() {
  ChildOptions child;
  child.command = {ARENA_BINARIES "/arena-demo-models",  "--port", "0", "--speed", "0", "--seed",
                   fmt::format("{}", options_.demo_seed)};
  child.command.insert(child.command.end(), options_.demo_flags.begin(), options_.demo_flags.end());
  return StartProcess("demo-models", std::move(child), demo_address_);
}

absl::Status ArenaCluster::StartService(const std::string& service, int replica,
                                        const std::string& listen,
                                        const std::map<std::string, std::string>& environment) {
  ChildOptions child;
  child.command = {ARENA_BINARIES "/arena-" + service, "--listen", listen, "--metrics-listen",
                   "127.0.0.1:0"};
  const auto flags = options_.service_flags.find(service);
  if (flags != options_.service_flags.end()) {
    child.command.insert(child.command.end(), flags->second.begin(), flags->second.end());
  }
  child.environment = environment;
  child.environment.emplace("ARENA_DATABASE", conninfo(service));
  child.environment["ARENA_BATTLE_KEY"] = kTestKey;
  child.environment["ARENA_VOTER_KEY"] = kTestKey;
  if (service == "matchmaker") {
    child.command.insert(child.command.end(), {"--rating-address", address("rating", replica)});
  } else if (service == "model-gateway") {
    child.command.insert(child.command.end(),
                         {"--matchmaker-address", address("matchmaker", replica)});
  }
  return StartProcess(KeyOf(service, replica), std::move(child),
                      addresses_[KeyOf(service, replica)]);
}

absl::Status ArenaCluster::StartProcess(const std::string& name, ChildOptions options,
                                        std::string& address) {
  constexpr std::string_view kListening = "listening ";
  std::string file = name;
  std::replace(file.begin(), file.end(), '/', '-');
  options.log_path = PathOf(file + ".log");
  options.read_stdout = true;
  const std::string log = options.log_path;
  auto process = std::make_unique<ChildProcess>(std::move(options));
  const std::optional<std::string> line = process->ReadLine(kStartWait);
  if (!line.has_value() || !line->starts_with(kListening)) {
    return absl::UnavailableError(fmt::format("{} did not come up; it said '{}' and logged:\n{}",
                                              name, line.value_or(""), TailOf(log)));
  }
  address = line->substr(kListening.size());
  processes_[name] = std::move(process);
  return absl::OkStatus();
}

absl::Status ArenaCluster::ApplyModels() {
  const std::string port = demo_address_.substr(demo_address_.rfind(':') + 1);
  const CommandResult applied =
      RunBinary("arenactl",
                {"models", "apply", ARENA_SOURCE "/tools/demo-models/models.yaml", "--matchmaker",
                 address("matchmaker")},
                {{"ARENA_DEMO_PORT", port}});
  if (applied.exit_code == 0) return absl::OkStatus();
  return absl::InternalError(fmt::format("The models were not applied: {}", applied.err));
}

absl::Status ArenaCluster::WaitForModels() const {
  const absl::Time deadline = absl::Now() + kStartWait;
  for (int replica = 0; replica < options_.replicas; ++replica) {
    ARENA_ASSIGN_OR_RETURN(const auto channel,
                           rpc::MakeChannel({.address = address("matchmaker", replica)}));
    v1::MatchmakerService::Stub stub(channel);
    v1::ListModelsResponse response;
    while (response.models_size() < kDemoModels) {
      if (absl::Now() > deadline) {
        return absl::DeadlineExceededError(
            fmt::format("Matchmaker {} knows {} models.", replica, response.models_size()));
      }
      absl::SleepFor(absl::Milliseconds(5));
      grpc::ClientContext context;
      rpc::SetDeadline(context, kStartWait);
      stub.ListModels(&context, v1::ListModelsRequest(), &response);
    }
  }
  return absl::OkStatus();
}

std::string ArenaCluster::address(const std::string& service, int replica) const {
  return addresses_.at(KeyOf(service, replica));
}

std::vector<std::string> ArenaCluster::replica_flags() const {
  std::vector<std::string> flags;
  for (const char* service : kStartOrder) {
    std::string all = address(service, 0);
    for (int replica = 1; replica < options_.replicas; ++replica) {
      all += "," + address(service, replica);
    }
    flags.push_back(fmt::format("--{}", service));
    flags.push_back(all);
  }
  return flags;
}

void ArenaCluster::Kill(const std::string& service, int replica) {
  ChildProcess& process = *processes_.at(KeyOf(service, replica));
  process.Signal(SIGKILL);
  process.Wait(kStopWait);
}

int ArenaCluster::Stop(const std::string& service, int replica) {
  ChildProcess& process = *processes_.at(KeyOf(service, replica));
  process.Signal(SIGTERM);
  return process.Wait(kStopWait).value_or(-1);
}

absl::Status ArenaCluster::StartAgain(const std::string& service, int replica,
                                      const std::map<std::string, std::string>& environment) {
  return StartService(service, replica, address(service, replica), environment);
}

void ArenaCluster::Signal(const std::string& service, int replica, int signal) {
  processes_.at(KeyOf(service, replica))->Signal(signal);
}

std::optional<int> ArenaCluster::AwaitEnd(const std::string& service, int replica) {
  return processes_.at(KeyOf(service, replica))->Wait(kStopWait);
}

bool ArenaCluster::AwaitStop(const std::string& service, int replica) {
  return processes_.at(KeyOf(service, replica))->WaitForStop(kStopWait);
}

std::string ArenaCluster::metrics_address(const std::string& service, int replica) const {
  constexpr std::string_view kMessage = "\"Serving metrics.\"";
  constexpr std::string_view kPort = "\"port\":";
  const std::string log = ReadFile(PathOf(fmt::format("{}-{}.log", service, replica)));
  // The last start counts.
  const size_t port = log.find(kPort, log.rfind(kMessage));
  return port == std::string::npos
             ? ""
             : fmt::format("127.0.0.1:{}", std::atoi(log.c_str() + port + kPort.size()));
}

int64_t ArenaCluster::ResidentBytes(const std::string& service, int replica) const {
  return StatusBytes(KeyOf(service, replica), "VmRSS:");
}

int64_t ArenaCluster::PeakResidentBytes(const std::string& service, int replica) const {
  return StatusBytes(KeyOf(service, replica), "VmHWM:");
}

int64_t ArenaCluster::StatusBytes(const std::string& key, const std::string& line) const {
  const std::string status = ReadFile(fmt::format("/proc/{}/status", processes_.at(key)->pid()));
  const size_t at = status.find(line);
  constexpr int64_t kKibibyte = 1'024;
  return at == std::string::npos ? 0 : std::atoll(status.c_str() + at + line.size()) * kKibibyte;
}

std::string ArenaCluster::conninfo(const std::string& service) const {
  return database_.conninfo(RoleOf(service));
}

CommandResult ArenaCluster::Arenactl(const std::vector<std::string>& arguments) const {
  return RunBinary("arenactl", arguments,
                   {{"ARENA_MATCHMAKER_ADDRESS", address("matchmaker")},
                    {"ARENA_MODEL_GATEWAY_ADDRESS", address("model-gateway")},
                    {"ARENA_VOTE_INGEST_ADDRESS", address("vote-ingest")},
                    {"ARENA_RATING_ADDRESS", address("rating")}});
}

}  // namespace arena::testing
