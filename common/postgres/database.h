#pragma once

#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/limits.h"

namespace arena {

struct DatabaseOptions {
  // libpq connection string or URL; several hosts and target_session_attrs are libpq's business.
  std::string conninfo;
  // Connections at most; further callers wait.
  int connections = limits::kPoolConnections;
  // How long a caller waits for a connection before OVERLOADED.
  absl::Duration wait = limits::kPoolWait;
  // A statement that runs longer is cancelled by the server.
  absl::Duration statement_timeout = absl::Seconds(30);
  // Shown in pg_stat_activity.
  std::string application_name = "arena";
};

// A pool of connections and the two ways to use one. Shared by threads. Connections are opened when
// first needed and dropped when they break; libpqxx's own silent reconnect is switched off, since
// it would hide an unknown outcome. No prepared statements, so a transaction pooler may stand
// between.
class Database {
 public:
  explicit Database(DatabaseOptions options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Runs `body` in a transaction and commits when it returns OK; rolls back otherwise. The body may
  // run several times (serialization failures, a connection found broken before the commit) and so
  // does nothing outside of the transaction. An unknown outcome comes back as such (IsInDoubt).
  absl::Status Transact(absl::FunctionRef<absl::Status(pqxx::work&)> body);

  // Runs `body` outside of a transaction block: each statement is one of its own, one round trip.
  // Tried again once on a broken connection, so statements must bear repetition. An outcome stays
  // unknown (IsInDoubt) unless the second try gets to its end.
  absl::Status Run(absl::FunctionRef<absl::Status(pqxx::nontransaction&)> body);

  // Whether a trivial statement works, at a server that takes changes; for health checks.
  absl::Status Ping();

  // Connections in use now, and callers that wait for one; for metrics.
  int in_use() const;
  int waiting() const;

 private:
  using Connection = std::unique_ptr<pqxx::connection>;

  absl::StatusOr<Connection> Acquire();
  void Release(Connection connection, bool is_usable);
  Connection Open() const;
  absl::Status WithConnection(absl::FunctionRef<absl::Status(pqxx::connection&)> body);

  const DatabaseOptions options_;
  mutable absl::Mutex mutex_;
  std::vector<Connection> idle_ ABSL_GUARDED_BY(mutex_);
  int in_use_ ABSL_GUARDED_BY(mutex_) = 0;
  int waiting_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace arena
