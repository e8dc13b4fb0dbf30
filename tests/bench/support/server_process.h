#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/support/child_process.h"
#include "tests/support/scratch_folder.h"

namespace arena::bench {

// The program `name` beside this one.
std::string ProgramPath(const std::string& name);
// This program itself.
std::string OwnPath();

// A server as a process of its own, freshly started and ended with this object. Its log goes to a
// file, as in production.
class ServerProcess {
 public:
  // Waits for "listening HOST:PORT". An error quotes the end of the log.
  static absl::StatusOr<std::unique_ptr<ServerProcess>> Start(
      std::vector<std::string> command, std::map<std::string, std::string> environment);
  ~ServerProcess();

  const std::string& address() const { return address_; }
  pid_t pid() const { return child_->pid(); }

 private:
  ServerProcess() = default;

  testing::ScratchFolder folder_;
  std::unique_ptr<testing::ChildProcess> child_;
  std::string address_;
};

// Starts one of our services on free ports with a connection to the database, and with these flags
// besides.
absl::StatusOr<std::unique_ptr<ServerProcess>> StartService(const std::string& name,
                                                            const std::string& conninfo,
                                                            std::vector<std::string> flags = {});

}  // namespace arena::bench
