#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/postgres/database.h"

namespace arena::rating {

// The right to do what one replica alone may do, for a while. The database's clock says how long,
// so no replica's clock matters. Who acts under a lease checks it again in the transaction that
// acts.
struct Lease {
  std::string name;
  // Unique among all processes that ever ran.
  std::string holder;
  // Ascends with every change of holder and every lapse.
  int64_t term = 0;
};

// Leases in the table arena.leases. Threads may share it.
class LeaseStore {
 public:
  // `database` must outlive the store.
  explicit LeaseStore(Database& database) : database_(database) {}

  // Takes the lease if it is free or has expired, renews it if `holder` has it; nothing when
  // another holds it. One statement, so two callers never both get it.
  absl::StatusOr<std::optional<Lease>> Acquire(const std::string& name, const std::string& holder,
                                               absl::Duration duration);
  // Lets it expire now, so that another need not wait.
  absl::Status Release(const Lease& lease);

 private:
  Database& database_;
};

// Locks the lease's row until the end of `transaction`; FAILED_PRECONDITION when it is no longer
// held. Nobody else can take the lease before the transaction ends, which the server brings about
// when it hears nothing for a second.
absl::Status LockLease(pqxx::work& transaction, const Lease& lease);

}  // namespace arena::rating
