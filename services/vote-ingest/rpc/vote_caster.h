#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/base/clock.h"
#include "services/vote-ingest/core/vote_rules.h"
#include "services/vote-ingest/storage/vote_store.h"

namespace arena::vote_ingest {

// Casts a group of ballots: load the battles, decide on each, append what is accepted. The commit
// function of the group-commit writer; may be called again with the same ballots. Shared by
// threads.
class VoteCaster {
 public:
  VoteCaster(VoteStore& store, const Clock& clock) : store_(store), clock_(clock) {}

  // One result a ballot, in order; or the status of the whole group when the store fails.
  absl::StatusOr<std::vector<absl::StatusOr<Receipt>>> Cast(absl::Span<const Ballot> ballots);

 private:
  using Results = std::vector<absl::StatusOr<Receipt>>;

  // Decides on the ballots with the indices `open` and answers those that it can. Returns the
  // indices that must be looked at again, with the votes of their battles in view.
  absl::StatusOr<std::vector<size_t>> CastOnce(absl::Span<const Ballot> ballots,
                                               const std::vector<size_t>& open, bool with_votes,
                                               Results& results);

  VoteStore& store_;
  const Clock& clock_;
};

}  // namespace arena::vote_ingest
