#pragma once

#include <pqxx/pqxx>

#include "absl/status/statusor.h"
#include "services/vote-ingest/core/amendment.h"

namespace arena::vote_ingest {

// Calls arena.amend_votes (0007_amendments.sql). One statement is one transaction, and one that
// bears repetition: the request id tells.
absl::StatusOr<Amended> RunAmend(pqxx::nontransaction& session, const Amendment& amendment);

}  // namespace arena::vote_ingest
