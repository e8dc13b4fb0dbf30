#include "services/vote-ingest/rpc/vote_service.h"

#include <memory>
#include <utility>

#include "common/base/status_macros.h"
#include "common/rpc/server_stream.h"
#include "services/vote-ingest/rpc/convert.h"
#include "services/vote-ingest/rpc/vote_export.h"

namespace arena::vote_ingest {
namespace {

// A few batches, so that reading and sending overlap.
constexpr size_t kExportBufferBytes = 2 * 1024 * 1024;

constexpr rpc::Scope kReaders = rpc::Scope::kFrontend | rpc::Scope::kOperator;

}  // namespace

VoteService::VoteService(rpc::Environment& environment, rpc::WorkerPool& readers,
                         VoteWriter& writer, VoteStore& store, Metrics& metrics,
                         std::string voter_key)
    : cast_vote_(environment, "VoteService/CastVote", rpc::Scope::kFrontend),
      list_votes_(environment, "VoteService/ListVotes", kReaders),
      export_votes_(environment, "VoteService/ExportVotes", kReaders),
      readers_(readers),
      writer_(writer),
      store_(store),
      metrics_(metrics),
      voter_key_(std::move(voter_key)) {}

grpc::ServerUnaryReactor* VoteService::CastVote(grpc::CallbackServerContext* context,
                                                const v1::CastVoteRequest* request,
                                                v1::CastVoteResponse* response) {
  return rpc::UnaryCall(cast_vote_, context, request, response,
                        [this](const rpc::Call& call, const v1::CastVoteRequest& kept,
                               rpc::Responder<v1::CastVoteResponse> respond) {
                          absl::StatusOr<Ballot> ballot = ToBallot(kept, call.principal.name);
                          if (!ballot.ok()) return respond(ballot.status());
                          const Choice choice = ballot->choice;
                          writer_.Submit(*std::move(ballot),
                                         [this, choice, respond](absl::StatusOr<Receipt> receipt) {
                                           metrics_.Answered(choice, receipt);
                                           if (!receipt.ok()) return respond(receipt.status());
                                           respond(ToProto(*receipt));
                                         });
                        });
}

grpc::ServerUnaryReactor* VoteService::ListVotes(grpc::CallbackServerContext* context,
                                                 const v1::ListVotesRequest* request,
                                                 v1::ListVotesResponse* response) {
  return rpc::BlockingCall(
      list_votes_, readers_, context, request, response,
      [this](const rpc::Call& call,
             const v1::ListVotesRequest& kept) -> absl::StatusOr<v1::ListVotesResponse> {
        ARENA_ASSIGN_OR_RETURN(LogRange range, ToRange(kept));
        range.include_unnamed = IsOperator(call.principal);
        ARENA_ASSIGN_OR_RETURN(const LogPage page, store_.Read(range));
        v1::ListVotesResponse answer;
        for (const LogEntry& entry : page.entries) {
          *answer.add_entries() = ToProto(entry, voter_key_);
        }
        answer.set_next_page_token(std::to_string(page.last_position));
        answer.set_head_position(page.head_position);
        return answer;
      });
}

grpc::ServerWriteReactor<v1::ExportVotesResponse>* VoteService::ExportVotes(
    grpc::CallbackServerContext* context, const v1::ExportVotesRequest* request) {
  return rpc::StreamCall<v1::ExportVotesResponse>(
      export_votes_, {.buffer_bytes = kExportBufferBytes}, context, request,
      [this](const rpc::Call& call, const v1::ExportVotesRequest& asked,
             std::shared_ptr<VoteExport::Stream> stream) {
        absl::StatusOr<LogRange> range = ToRange(asked);
        if (!range.ok()) return stream->Finish(range.status());
        range->include_unnamed = range->include_quarantine = IsOperator(call.principal);
        VoteExport::Start(*range, voter_key_, store_, readers_, std::move(stream));
      });
}

}  // namespace arena::vote_ingest
