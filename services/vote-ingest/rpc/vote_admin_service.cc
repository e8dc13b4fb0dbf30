#include "services/vote-ingest/rpc/vote_admin_service.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "services/vote-ingest/rpc/convert.h"
#include "services/vote-ingest/rpc/convert_amendment.h"

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
                                   VoteStore& store, const Clock& clock, std::string voter_key)
    : import_votes_(environment, "VoteAdminService/ImportVotes", rpc::Scope::kOperator),
      retract_votes_(environment, "VoteAdminService/RetractVotes", rpc::Scope::kOperator),
      restore_votes_(environment, "VoteAdminService/RestoreVotes", rpc::Scope::kOperator),
      annotate_votes_(environment, "VoteAdminService/AnnotateVotes", rpc::Scope::kOperator),
      writers_(writers),
      store_(store),
      clock_(clock),
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
  ARENA_ASSIGN_OR_RETURN(const auto votes_appended, store_.Append(votes));
  v1::ImportVotesResponse response;
  for (const auto& appended : votes_appended) {
    if (appended.has_value()) {
      response.set_appended_count(response.appended_count() + 1);
    } else {
      response.set_repeated_count(response.repeated_count() + 1);
    }
  }
  ARENA_ASSIGN_OR_RETURN(const LogPage head, store_.Read({.limit = 0}));
  response.set_head_position(head.head_position);
  return response;
}

grpc::ServerUnaryReactor* VoteAdminService::RetractVotes(grpc::CallbackServerContext* context,
                                                         const v1::RetractVotesRequest* request,
                                                         v1::RetractVotesResponse* response) {
  return Amend(retract_votes_, context, request, response);
}

grpc::ServerUnaryReactor* VoteAdminService::RestoreVotes(grpc::CallbackServerContext* context,
                                                         const v1::RestoreVotesRequest* request,
                                                         v1::RestoreVotesResponse* response) {
  return Amend(restore_votes_, context, request, response);
}

grpc::ServerUnaryReactor* VoteAdminService::AnnotateVotes(grpc::CallbackServerContext* context,
                                                          const v1::AnnotateVotesRequest* request,
                                                          v1::AnnotateVotesResponse* response) {
  return Amend(annotate_votes_, context, request, response);
}

template <typename Request, typename Response>
grpc::ServerUnaryReactor* VoteAdminService::Amend(const rpc::Method& method,
                                                  grpc::CallbackServerContext* context,
                                                  const Request* request, Response* response) {
  return rpc::BlockingCall(
      method, writers_, context, request, response,
      [this](const rpc::Call& call, const Request& kept) -> absl::StatusOr<Response> {
        ARENA_ASSIGN_OR_RETURN(Amendment amendment,
                               ToAmendment(kept, call.principal.name, clock_.Now()));
        if constexpr (requires { kept.votes(); }) {
          ARENA_RETURN_IF_ERROR(FindVotes(kept.votes(), amendment));
        }
        ARENA_ASSIGN_OR_RETURN(const Amended amended, store_.Amend(amendment));
        Response answer;
        *answer.mutable_amendment() = ToProto(amended);
        return answer;
      });
}

absl::Status VoteAdminService::FindVotes(const v1::VoteSelection& votes, Amendment& amendment) {
  if (!votes.has_voter()) return absl::OkStatus();
  const int64_t start = std::max<int64_t>(votes.voter().start_position(), 1);
  ARENA_ASSIGN_OR_RETURN(VoterPage page, store_.FindVotes(votes.voter().voter(), start));
  amendment.positions = std::move(page.positions);
  amendment.next_position = page.next_position;
  return absl::OkStatus();
}

}  // namespace arena::vote_ingest
