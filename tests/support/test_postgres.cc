#include "tests/support/test_postgres.h"

#include <fmt/format.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <pqxx/pqxx>
#include <sstream>
#include <vector>

#include "absl/time/clock.h"
#include "common/postgres/database.h"
#include "common/postgres/migrator.h"
#include "tests/support/child_process.h"
#include "tests/support/scratch_folder.h"

namespace arena::testing {
namespace {

constexpr char kBinaries[] = "/usr/lib/postgresql/15/bin";
constexpr char kSuperuser[] = "postgres";
constexpr char kTemplate[] = "arena_template";
constexpr absl::Duration kStartWait = absl::Seconds(30);

// PostgreSQL refuses to run as root.
std::string ServerUser() { return geteuid() == 0 ? "postgres" : ""; }

[[noreturn]] void Fail(const std::string& why) {
  std::fprintf(stderr, "test PostgreSQL: %s\n", why.c_str());
  std::abort();
}

// The server's folder and process; global so that they go when the process ends.
std::unique_ptr<ScratchFolder> server_folder;
std::unique_ptr<ChildProcess> server;

std::string MakeFolder() {
  server_folder = std::make_unique<ScratchFolder>("/var/tmp");
  const std::string& path = server_folder->path();
  if (geteuid() == 0) {
    const passwd* entry = getpwnam("postgres");
    if (entry == nullptr) Fail("no system user postgres; install postgresql-15");
    if (chown(path.c_str(), entry->pw_uid, entry->pw_gid) != 0) Fail("chown");
  }
  return path;
}

// Processes whose parent is `parent`.
std::vector<pid_t> ChildrenOf(pid_t parent) {
  std::vector<pid_t> children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file(entry.path() / "stat");
    std::string stat;
    std::getline(file, stat);
    // pid (name) state parent …, where the name may hold anything.
    const size_t name_end = stat.rfind(')');
    if (name_end == std::string::npos) continue;
    std::istringstream rest(stat.substr(name_end + 1));
    char state = 0;
    pid_t its_parent = 0;
    if (rest >> state >> its_parent && its_parent == parent) children.push_back(std::stoi(name));
  }
  return children;
}

// Waits for the end of a process that need not be our child.
void AwaitEnd(pid_t pid) {
  const int process = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (process < 0) return;  // it is gone
  pollfd event = {process, POLLIN, 0};
  poll(&event, 1, static_cast<int>(absl::ToInt64Milliseconds(kStartWait)));
  close(process);
}

}  // namespace

TestCluster& TestCluster::Get() {
  // Never destroyed, because it is cleaned up at the program's exit, after whatever would be.
  static auto* const cluster = new TestCluster;
  return *cluster;
}

TestCluster::TestCluster() : folder_(MakeFolder()) {
  const int code = RunCommand(
      {.command = {fmt::format("{}/initdb", kBinaries), "-D", folder_ + "/data", "-A", "trust",
                   "-U", kSuperuser, "-k", "-E", "UTF8", "--locale=C.UTF-8", "-N"},
       .log_path = "/dev/null",
       .user = ServerUser()});
  if (code != 0) Fail(fmt::format("initdb exited with {}", code));
  Start();
  Database admin({.conninfo = conninfo("postgres")});
  if (!admin
           .Run([](pqxx::nontransaction& session) -> absl::Status {
             session.exec(fmt::format("create database {}", kTemplate));
             return absl::OkStatus();
           })
           .ok()) {
    Fail("cannot create the template database");
  }
  Database database({.conninfo = conninfo(kTemplate)});
  const auto migrations = ReadMigrations(ARENA_MIGRATIONS);
  if (!migrations.ok()) Fail(std::string(migrations.status().message()));
  const auto applied = Migrate(database, *migrations, [](const Migration&) {});
  if (!applied.ok()) Fail(applied.status().ToString());
  std::atexit([] {
    server->Signal(SIGINT);
    server->Wait(kStartWait);
    server_folder.reset();
  });
}

void TestCluster::Start() {
  // A start after a crash would sync each of some thousand files singly, seconds on a busy machine.
  server = std::make_unique<ChildProcess>(
      ChildOptions{.command = {fmt::format("{}/postgres", kBinaries), "-D", folder_ + "/data", "-k",
                               folder_, "-c", "listen_addresses=", "-c", "max_connections=300",
                               "-c", "recovery_init_sync_method=syncfs"},
                   .log_path = folder_ + "/log",
                   .user = ServerUser()});
  Database database({.conninfo = conninfo("postgres")});
  const absl::Time deadline = absl::Now() + kStartWait;
  while (!database.Ping().ok()) {
    if (absl::Now() > deadline || !server->IsRunning())
      Fail("did not start, see " + folder_ + "/log");
    server->Wait(absl::Milliseconds(20));
  }
}

void TestCluster::Crash() {
  server->Signal(SIGQUIT);
  server->Wait(kStartWait);
}

void TestCluster::Kill() {
  // Stopped, it starts no further child while we look at those that it has.
  server->Signal(SIGSTOP);
  const std::vector<pid_t> children = ChildrenOf(server->pid());
  server->Signal(SIGKILL);
  for (const pid_t child : children) kill(child, SIGKILL);
  server->Wait(kStartWait);
  for (const pid_t child : children) AwaitEnd(child);
}

void TestCluster::Checkpoint() {
  Database database({.conninfo = conninfo("postgres")});
  const absl::Status status = database.Run([](pqxx::nontransaction& session) -> absl::Status {
    session.exec("checkpoint");
    return absl::OkStatus();
  });
  if (!status.ok()) Fail(status.ToString());
}

std::string TestCluster::socket_path() const { return folder_ + "/.s.PGSQL.5432"; }

std::string TestCluster::conninfo(const std::string& database, const std::string& user) const {
  return fmt::format("host={} dbname={} user={}", folder_, database,
                     user.empty() ? kSuperuser : user);
}

TestDatabase::TestDatabase() {
  static std::atomic<int> next = 1;
  name_ = fmt::format("test_{}", next++);
  Database admin({.conninfo = TestCluster::Get().conninfo("postgres")});
  const absl::Status status = admin.Run([&](pqxx::nontransaction& session) -> absl::Status {
    session.exec(fmt::format("create database {} template {}", name_, kTemplate));
    return absl::OkStatus();
  });
  if (!status.ok()) Fail(status.ToString());
}

TestDatabase::~TestDatabase() {
  Database admin({.conninfo = TestCluster::Get().conninfo("postgres")});
  // A test that crashed the server leaves nothing to drop; the folder goes away anyway.
  (void)admin.Run([&](pqxx::nontransaction& session) -> absl::Status {
    session.exec(fmt::format("drop database if exists {} with (force)", name_));
    return absl::OkStatus();
  });
}

std::string TestDatabase::conninfo(const std::string& user) const {
  return TestCluster::Get().conninfo(name_, user);
}

}  // namespace arena::testing
