#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "arena/v1/vote.pb.h"
#include "arena/v1/vote_admin_service.pb.h"
#include "arena/v1/vote_service.pb.h"
#include "services/vote-ingest/core/vote_rules.h"
#include "services/vote-ingest/storage/vote_store.h"

// Between messages and values. From messages, everything is checked here.
namespace arena::vote_ingest {

absl::StatusOr<Ballot> ToBallot(const v1::CastVoteRequest& request, std::string_view frontend);

v1::CastVoteResponse ToProto(const Receipt& receipt);

// `voter_key` keys the vote id, which is derived from the battle without giving it away.
v1::VoteEntry ToProto(const LogEntry& entry, const std::string& voter_key);

// As much of a page as fits a message; its token goes on behind the last entry that did. Tags can
// make an entry a kilobyte long.
v1::ListVotesResponse ToProto(const LogPage& page, const std::string& voter_key);

// For a token that none of our pages had.
absl::Status PageTokenInvalid();

absl::StatusOr<LogRange> ToRange(const v1::ListVotesRequest& request);
absl::StatusOr<LogRange> ToRange(const v1::ExportVotesRequest& request);

// Everything about an import but whether its models are known; their ids are left open.
absl::StatusOr<std::vector<NewVote>> ToVotes(const v1::ImportVotesRequest& request,
                                             const std::string& voter_key);

}  // namespace arena::vote_ingest
