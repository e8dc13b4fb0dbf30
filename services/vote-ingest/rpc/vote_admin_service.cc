#include "services/vote-ingest/rpc/vote_admin_service.h"

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "services/vote-ingest/rpc/convert.h"

namespace arena::vote_ingest {
namespace {

// Fills the keys of all models, or names one that is not known.
absl::Status ResolveModels(VoteStore& store, std::vector<NewVote>& votes) {
  std::set<std::string> distinct;
  for (const NewVote& vote : votes) distinct.insert({vote.left.name, vote.right.name});
  const std::vector<std::string> names(distinct.begin(), distinct.end());
  ARENA_ASSIGN_OR_RETURN(const auto found, store.FindModels(names));
  for (const std::string& name : names) {
    if (!found.contains(name)) return ModelNotFound(name);
  }
  for (NewVote& vote : votes) {
    vote.left.id = found.at(vote.left.name);
    vote.right.id = found.at(vote.right.name);
  }
  return absl::OkStatus();
}

}  // namespace

VoteAdminService::VoteAdminService(rpc::Environment& environment, rpc::WorkerPool& writers,
                                   VoteStore& store, std::string voter_key)
    : import_votes_(environment, "VoteAdminService/ImportVotes", rpc::Scope::kOperator),
      writers_(writers),
      store_(store),
      voter_key_(std::move(voter_key)) {}

grpc::ServerUnaryReactor* VoteAdminService::ImportVotes(grpc::CallbackServerContext* context,
                                                        const v1::ImportVotesRequest* request,
                                                        v1::ImportVotesResponse* response) {
  return rpc::BlockingCall(
      import_votes_, writers_, context, request, response,
      [this](const rpc::Call&, const v1::ImportVotesRequest& kept) { return Import(kept); });
}

absl::StatusOr<v1::ImportVotesResponse> VoteAdminService::Import(
    const v1::ImportVotesRequest& request) {
  ARENA_ASSIGN_OR_RETURN(std::vector<NewVote> votes, ToVotes(request, voter_key_));
  ARENA_RETURN_IF_ERROR(ResolveModels(store_, votes));
  ARENA_ASSIGN_OR_RETURN(const auto positions, store_.Append(votes));
  v1::ImportVotesResponse response;
  for (const auto& position : positions) {
    if (position.has_value()) {
      response.set_appended_count(response.appended_count() + 1);
    } else {
      response.set_repeated_count(response.repeated_count() + 1);
    }
  }
  ARENA_ASSIGN_OR_RETURN(const LogPage head, store_.Read({.limit = 0}));
  response.set_head_position(head.head_position);
  return response;
}

}  // namespace arena::vote_ingest
