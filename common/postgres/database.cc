#include "common/postgres/database.h"

#include <fmt/format.h>

#include <utility>

#include "common/base/errors.h"
#include "common/postgres/connection.h"
#include "common/postgres/error_mapping.h"

namespace arena {
namespace {

// A transaction that keeps losing races is given up after this many tries.
constexpr int kTransactionAttempts = 5;

}  // namespace

Database::Database(DatabaseOptions options) : options_(std::move(options)) {}

Database::~Database() = default;

Database::Connection Database::Open() const {
  Connection connection = OpenConnection(options_.conninfo);
  pqxx::nontransaction setup(*connection);
  setup.exec(fmt::format("set application_name = {}; set statement_timeout = {}",
                         connection->quote(options_.application_name),
                         absl::ToInt64Milliseconds(options_.statement_timeout)));
  return connection;
}

absl::StatusOr<Database::Connection> Database::Acquire() {
  absl::MutexLock lock(&mutex_);
  const auto has_room = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return in_use_ < options_.connections;
  };
  ++waiting_;
  const bool got_room = mutex_.AwaitWithTimeout(absl::Condition(&has_room), options_.wait);
  --waiting_;
  if (!got_room) return Overloaded("kPoolConnections");
  ++in_use_;
  if (idle_.empty()) return nullptr;
  Connection connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void Database::Release(Connection connection, bool is_usable) {
  absl::MutexLock lock(&mutex_);
  --in_use_;
  if (is_usable && connection != nullptr) idle_.push_back(std::move(connection));
  // Idle connections of a server that went away are as broken as this one.
  if (!is_usable) idle_.clear();
}

absl::Status Database::WithConnection(absl::FunctionRef<absl::Status(pqxx::connection&)> body) {
  auto acquired = Acquire();
  if (!acquired.ok()) return acquired.status();
  Connection connection = *std::move(acquired);
  const absl::Status status = MapExceptions([&] {
    if (connection == nullptr) connection = Open();
    return body(*connection);
  });
  const bool is_usable =
      connection != nullptr && connection->is_open() && !absl::IsUnavailable(status);
  Release(std::move(connection), is_usable);
  return status;
}

absl::Status Database::Transact(absl::FunctionRef<absl::Status(pqxx::work&)> body) {
  absl::Status status;
  for (int attempt = 0; attempt < kTransactionAttempts; ++attempt) {
    status = WithConnection([&](pqxx::connection& connection) -> absl::Status {
      pqxx::work transaction(connection);
      const absl::Status result = body(transaction);
      if (result.ok()) transaction.commit();
      return result;
    });
    // Neither an unknown outcome nor a refusal may be repeated here; and for a connection its
    // caller has waited.
    if (IsInDoubt(status) || !IsRetriable(status) || absl::IsResourceExhausted(status)) break;
  }
  return status;
}

absl::Status Database::Run(absl::FunctionRef<absl::Status(pqxx::nontransaction&)> body) {
  const auto once = [&] {
    return WithConnection([&](pqxx::connection& connection) -> absl::Status {
      pqxx::nontransaction session(connection);
      return body(session);
    });
  };
  const absl::Status first = once();
  if (!absl::IsUnavailable(first)) return first;
  const absl::Status second = once();
  // A try that did not get to the end of its work cannot say what the one before it did.
  return IsInDoubt(first) && IsRetriable(second) ? first : second;
}

absl::Status Database::Ping() {
  return Run([](pqxx::nontransaction& session) -> absl::Status {
    const auto only_reads = session.exec1("show transaction_read_only")[0].as<std::string>();
    return only_reads == "off" ? absl::OkStatus() : StorageUnavailable("the server only reads");
  });
}

int Database::in_use() const {
  absl::MutexLock lock(&mutex_);
  return in_use_;
}

int Database::waiting() const {
  absl::MutexLock lock(&mutex_);
  return waiting_;
}

}  // namespace arena
