#include "common/postgres/error_mapping.h"

#include <fmt/format.h>

#include <pqxx/pqxx>
#include <string>
#include <string_view>

#include "common/base/errors.h"

namespace arena {
namespace {

absl::Status FromSqlError(const pqxx::sql_error& error) {
  const std::string state = error.sqlstate();
  const std::string_view category = std::string_view(state).substr(0, 2);
  // Without a state it is libpq that speaks, of a connection that died in mid-statement.
  if (state.empty()) return OutcomeUnknown(error.what());
  const std::string cause = fmt::format("{} (SQLSTATE {})", error.what(), state);
  // 08 connection, 53 resources (disk full, too many connections), 57 shutdown, start and
  // statements that took too long, 55P03 a lock that could not be had, 25006 a server that only
  // reads: a standby that took the name over before it is the primary.
  if (category == "08" || category == "53" || category == "57" || state == "55P03" ||
      state == "25006") {
    return StorageUnavailable(cause);
  }
  if (category == "22" || category == "23") return absl::InvalidArgumentError(cause);
  return InternalError(cause);
}

}  // namespace

absl::Status MapExceptions(absl::FunctionRef<absl::Status()> body) {
  try {
    return body();
  } catch (const pqxx::in_doubt_error& error) {
    return OutcomeUnknown(error.what());
  } catch (const pqxx::broken_connection& error) {
    return StorageUnavailable(error.what());
  } catch (const pqxx::statement_completion_unknown& error) {
    return OutcomeUnknown(error.what());
  } catch (const pqxx::transaction_rollback& error) {
    // Serialization failures and deadlocks; these two are no sql_error in libpqxx 6.4.
    return RaceLost(error.what());
  } catch (const pqxx::sql_error& error) {
    return FromSqlError(error);
  } catch (const std::exception& error) {
    return InternalError(error.what());
  }
}

bool IsInDoubt(const absl::Status& status) {
  return absl::IsUnavailable(status) && ReasonOf(status) == "OUTCOME_UNKNOWN";
}

bool IsRetriable(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsAborted(status) ||
         LimitOf(status) == "kPoolConnections";
}

}  // namespace arena
