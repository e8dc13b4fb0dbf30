#include "services/vote-ingest/storage/amend_statement.h"

#include <fmt/format.h>

#include "common/base/errors.h"
#include "common/base/hex.h"
#include "common/postgres/array_literal.h"
#include "services/vote-ingest/core/errors.h"

namespace arena::vote_ingest {
namespace {

constexpr char kAmend[] = R"(
    select outcome, refused_position, appended, skipped, first_position, last_position,
           next_position
    from arena.amend_votes($1, $2::smallint, $3, decode($4, 'hex'), $5, $6, $7, $8, $9, $10, $11))";

// What amend_votes says of a request.
enum class Outcome { kDone = 0, kNoVote = 1, kSettled = 2, kRequestIdReused = 3 };

}  // namespace

absl::StatusOr<Amended> RunAmend(pqxx::nontransaction& session, const Amendment& amendment) {
  ArrayLiteral positions, languages, tag_lists;
  for (const int64_t position : amendment.positions) positions.Add(position);
  for (const NewLabels& labels : amendment.labels) {
    languages.Add(labels.language);
    tag_lists.Add(fmt::format("{}", fmt::join(labels.tags, ",")));
  }
  const pqxx::row row = session.exec_params1(
      kAmend, amendment.caller, static_cast<int>(amendment.kind), amendment.request_id.ToString(),
      ToHex(amendment.request_digest), positions.Finish(), amendment.reason, amendment.skip_settled,
      amendment.next_position, amendment.label_version, languages.Finish(), tag_lists.Finish());
  switch (static_cast<Outcome>(row[0].as<int>())) {
    case Outcome::kNoVote:
      return VoteNotFound(row[1].as<int64_t>());
    case Outcome::kSettled:
      return VoteSettled(amendment.kind, row[1].as<int64_t>());
    case Outcome::kRequestIdReused:
      return RequestIdReused();
    case Outcome::kDone:
      break;
  }
  return Amended{.appended = row[2].as<int>(),
                 .skipped = row[3].as<int>(),
                 .first_position = row[4].as<int64_t>(),
                 .last_position = row[5].as<int64_t>(),
                 .next_position = row[6].as<int64_t>()};
}

}  // namespace arena::vote_ingest
