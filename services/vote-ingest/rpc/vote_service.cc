#include "services/vote-ingest/rpc/vote_service.h"

#include <memory>
#include <utility>

#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/rpc/calls/server_stream.h"
#include "services/vote-ingest/rpc/convert.h"
#include "services/vote-ingest/rpc/vote_export.h"

namespace arena::vote_ingest {
namespace {

constexpr rpc::Scope kReaders = rpc::Scope::kFrontend | rpc::Scope::kOperator;

}  // namespace

VoteService::VoteService(rpc::Environment& environment, VoteTools tools, std::string voter_key,
                         int max_exports)
    : cast_vote_(environment, "VoteService/CastVote", rpc::Scope::kFrontend),
      list_votes_(environment, "VoteService/ListVotes", kReaders),
      export_votes_(environment, "VoteService/ExportVotes", kReaders),
      tools_(tools),
      voter_key_(std::move(voter_key)),
      exports_(max_exports) {}

grpc::ServerUnaryReactor* VoteService::CastVote(grpc::CallbackServerContext* context,
                                                const v1::CastVoteRequest* request,
                                                v1::CastVoteResponse* response) {
  return rpc::UnaryCall(cast_vote_, context, request, response,
                        [this](const rpc::Call& call, const v1::CastVoteRequest& kept,
                               rpc::Responder<v1::CastVoteResponse> respond) {
                          absl::StatusOr<Ballot> ballot = ToBallot(kept, call.principal.name);
                          if (!ballot.ok()) return respond(ballot.status());
                          const Choice choice = ballot->choice;
                          tools_.writer.Submit(
                              *std::move(ballot),
                              [this, choice, respond](absl::StatusOr<Receipt> receipt) {
                                tools_.metrics.Answered(choice, receipt);
                                if (!receipt.ok()) return respond(receipt.status());
                                respond(ToProto(*receipt));
                              });
                        });
}

grpc::ServerUnaryReactor* VoteService::ListVotes(grpc::CallbackServerContext* context,
                                                 const v1::ListVotesRequest* request,
                                                 v1::ListVotesResponse* response) {
  return rpc::BlockingCall(
      list_votes_, tools_.readers, context, request, response,
      [this](const rpc::Call& call,
             const v1::ListVotesRequest& kept) -> absl::StatusOr<v1::ListVotesResponse> {
        ARENA_ASSIGN_OR_RETURN(LogRange range, ToRange(kept));
        range.include_unnamed = IsOperator(call.principal);
        ARENA_ASSIGN_OR_RETURN(const LogPage page, tools_.store.Read(range));
        // What is appended below such a token would be missed.
        if (range.after > page.head_position) return PageTokenInvalid();
        return ToProto(page, voter_key_);
      });
}

grpc::ServerWriteReactor<v1::ExportVotesResponse>* VoteService::ExportVotes(
    grpc::CallbackServerContext* context, const v1::ExportVotesRequest* request) {
  return rpc::StreamCall<v1::ExportVotesResponse>(
      export_votes_, {.buffer_bytes = limits::kExportBufferBytes}, context, request,
      [this](const rpc::Call& call, const v1::ExportVotesRequest& asked,
             std::shared_ptr<VoteExport::Stream> stream) {
        absl::StatusOr<LogRange> range = ToRange(asked);
        if (!range.ok()) return stream->Finish(range.status());
        range->include_unnamed = range->include_quarantine = IsOperator(call.principal);
        Places::Place place = exports_.Take();
        if (place == nullptr) return stream->Finish(Overloaded("kExports"));
        VoteExport::Start(*range, std::move(place), voter_key_, tools_.store, tools_.readers,
                          std::move(stream));
      });
}

}  // namespace arena::vote_ingest
