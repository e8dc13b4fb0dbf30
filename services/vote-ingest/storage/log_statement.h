#pragma once

#include <pqxx/pqxx>

#include "services/vote-ingest/storage/vote_store.h"

namespace arena::vote_ingest {

// The entries after `range.after` up to `end`, but for what `range` leaves out.
std::vector<LogEntry> RunRead(pqxx::nontransaction& session, const LogRange& range, int64_t end);

}  // namespace arena::vote_ingest
