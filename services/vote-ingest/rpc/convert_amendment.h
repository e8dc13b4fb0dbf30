#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "arena/v1/vote_admin_service.pb.h"
#include "services/vote-ingest/core/amendment.h"

// From requests to amend votes, and back. Everything is checked here but what only the log can
// tell.
namespace arena::vote_ingest {

// A voter's votes are yet to be found: the amendment of a request that asks for them has no
// positions.
absl::StatusOr<Amendment> ToAmendment(const v1::RetractVotesRequest& request,
                                      std::string_view caller, absl::Time now);
absl::StatusOr<Amendment> ToAmendment(const v1::RestoreVotesRequest& request,
                                      std::string_view caller, absl::Time now);
absl::StatusOr<Amendment> ToAmendment(const v1::AnnotateVotesRequest& request,
                                      std::string_view caller, absl::Time now);

v1::Amendment ToProto(const Amended& amended);

}  // namespace arena::vote_ingest
