#include "services/rating/storage/lease_store.h"

#include <fmt/format.h>

namespace arena::rating {
namespace {

// How long a transaction under a lease may leave the server without a statement.
constexpr char kLongestPause[] = "1s";

}  // namespace

absl::StatusOr<std::optional<Lease>> LeaseStore::Acquire(const std::string& name,
                                                         const std::string& holder,
                                                         absl::Duration duration) {
  std::optional<Lease> lease;
  const absl::Status done = database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    const pqxx::result rows = session.exec_params(
        "insert into arena.leases as l (name, holder, term, expire_time) "
        "values ($1, $2, 1, clock_timestamp() + $3 * interval '1 millisecond') "
        "on conflict (name) do update set holder = excluded.holder, "
        "expire_time = clock_timestamp() + $3 * interval '1 millisecond', "
        "term = case when l.holder = excluded.holder and l.expire_time > clock_timestamp() "
        "then l.term else l.term + 1 end "
        "where l.holder = excluded.holder or l.expire_time <= clock_timestamp() "
        "returning term",
        name, holder, absl::ToInt64Milliseconds(duration));
    lease.reset();
    if (!rows.empty()) {
      lease = Lease{.name = name, .holder = holder, .term = rows[0][0].as<int64_t>()};
    }
    return absl::OkStatus();
  });
  if (!done.ok()) return done;
  return lease;
}

absl::Status LeaseStore::Release(const Lease& lease) {
  return database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    session.exec_params(
        "update arena.leases set expire_time = clock_timestamp() "
        "where name = $1 and holder = $2 and term = $3",
        lease.name, lease.holder, lease.term);
    return absl::OkStatus();
  });
}

absl::Status LockLease(pqxx::work& transaction, const Lease& lease) {
  // First the lock, which may have to wait, then a look at the clock. Should this process freeze
  // now, the server ends its session, so that the lock does not outlive the lease.
  transaction.exec_params(
      "select set_config('idle_in_transaction_session_timeout', $2, true) "
      "from arena.leases where name = $1 for update",
      lease.name, kLongestPause);
  const pqxx::result held = transaction.exec_params(
      "select 1 from arena.leases "
      "where name = $1 and holder = $2 and term = $3 and expire_time > clock_timestamp()",
      lease.name, lease.holder, lease.term);
  if (!held.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      fmt::format("the lease {} is no longer held in term {}", lease.name, lease.term));
}

}  // namespace arena::rating
