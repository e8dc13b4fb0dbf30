#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/support/child_process.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/test_postgres.h"

namespace arena::testing {

struct ClusterOptions {
  // Replicas of each of the four services; replica n of one talks to replica n of the others.
  int replicas = 1;
  // Whether the demonstration models run and are active models of the arena.
  bool has_models = true;
  // Decides which questions the models answer right.
  uint64_t demo_seed = 1;
  // Further flags of arena-demo-models, for example --faults.
  std::vector<std::string> demo_flags = {};
  // Further flags of services, by service, for example {"rating", {"--lease-time", "1s"}}.
  std::map<std::string, std::vector<std::string>> service_flags = {};
};

// What a program did.
struct CommandResult {
  // 128 + signal when a signal ended it; -1 when it had to be given up.
  int exit_code = -1;
  std::string out;
  std::string err;
};

// The real system as an operator would run it: the built binaries as processes on free ports, each
// with its own SQL role on a fresh database. Nothing outlives this object. The logs are kept when
// the running test has failed. For one thread.
class ArenaCluster {
 public:
  // Starts everything and waits until all of it serves. An error says which program did not come up
  // and quotes its log.
  static absl::StatusOr<std::unique_ptr<ArenaCluster>> Start(ClusterOptions options = {});
  ~ArenaCluster();
  ArenaCluster(const ArenaCluster&) = delete;
  ArenaCluster& operator=(const ArenaCluster&) = delete;

  // `service` is matchmaker, model-gateway, vote-ingest or rating; replicas count from 0.
  std::string address(const std::string& service, int replica = 0) const;
  // --matchmaker A,B … for all services and replicas, as `arenactl simulate` takes them.
  std::vector<std::string> replica_flags() const;
  // host:port of the demonstration models.
  const std::string& demo_address() const { return demo_address_; }
  const TestDatabase& database() const { return database_; }

  // Ends a process at once, as a crash would.
  void Kill(const std::string& service, int replica = 0);
  // Ends a process in good order; its exit code.
  int Stop(const std::string& service, int replica = 0);
  // Starts a process again, on the port that it had, with more in its environment.
  absl::Status StartAgain(const std::string& service, int replica = 0,
                          const std::map<std::string, std::string>& environment = {});
  // Sends a signal, for example SIGSTOP.
  void Signal(const std::string& service, int replica, int signal);
  // Waits until a process has ended by itself: exit code, or 128 + signal. Nothing when it still
  // runs after a while.
  std::optional<int> AwaitEnd(const std::string& service, int replica = 0);
  // Waits until a signal has stopped a process; false when that takes long.
  bool AwaitStop(const std::string& service, int replica);
  // Where a service shows its metrics, as host:port.
  std::string metrics_address(const std::string& service, int replica = 0) const;
  // Memory of a process that is in use now, and the most that ever was.
  int64_t ResidentBytes(const std::string& service, int replica = 0) const;
  int64_t PeakResidentBytes(const std::string& service, int replica = 0) const;
  // As which SQL role, and where, a service finds the database.
  std::string conninfo(const std::string& service) const;

  // Runs arenactl with the addresses of the first replicas in its environment.
  CommandResult Arenactl(const std::vector<std::string>& arguments) const;
  // A file of this test's own folder.
  std::string PathOf(const std::string& name) const { return folder_.PathOf(name); }

 private:
  explicit ArenaCluster(ClusterOptions options);
  absl::Status StartAll();
  absl::Status StartDemoModels();
  // A line of /proc/PID/status, such as VmRSS.
  int64_t StatusBytes(const std::string& key, const std::string& line) const;
  // Listens on `address`, where port 0 is any.
  absl::Status StartService(const std::string& service, int replica, const std::string& address,
                            const std::map<std::string, std::string>& environment);
  absl::Status StartProcess(const std::string& name, ChildOptions options, std::string& address);
  absl::Status ApplyModels();
  // Until each matchmaker knows all models.
  absl::Status WaitForModels() const;

  const ClusterOptions options_;
  TestDatabase database_;
  ScratchFolder folder_;
  std::string demo_address_;
  // By "service/replica".
  std::map<std::string, std::string> addresses_;
  // By "service/replica" or "demo-models"; destroyed, and so killed, before the database.
  std::map<std::string, std::unique_ptr<ChildProcess>> processes_;
};

// Runs a built program to its end. Threads may call it.
CommandResult RunBinary(const std::string& name, const std::vector<std::string>& arguments,
                        const std::map<std::string, std::string>& environment = {});

}  // namespace arena::testing
