#pragma once

#include <pqxx/pqxx>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/model-gateway/storage/conversation_store.h"

// The two group statements, and what reading shares with them. Both statements bear repetition:
// after an unknown outcome, the second run finds what the first one did.
namespace arena::model_gateway {

// Claims the turns that nobody has, with their prompts, in one statement; then reads who has the
// others. One outcome a start, in order.
std::vector<absl::StatusOr<StartOutcome>> InsertTurnStarts(pqxx::transaction_base& transaction,
                                                           absl::Span<const TurnStart> starts);

// Stores facts and texts of sides in one statement.
void InsertSides(pqxx::transaction_base& transaction, absl::Span<const SideRecord> records);

// A digest as it is stored.
Sha256Digest DigestOf(const pqxx::field& bytea);

}  // namespace arena::model_gateway
