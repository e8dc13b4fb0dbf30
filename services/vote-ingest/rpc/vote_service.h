#pragma once

#include <string>

#include "arena/v1/vote_service.grpc.pb.h"
#include "common/base/places.h"
#include "common/postgres/group_commit_writer.h"
#include "common/rpc/calls/unary_call.h"
#include "common/rpc/server/environment.h"
#include "common/rpc/server/worker_pool.h"
#include "services/vote-ingest/core/vote_rules.h"
#include "services/vote-ingest/metrics.h"
#include "services/vote-ingest/storage/vote_store.h"

namespace arena::vote_ingest {

using VoteWriter = GroupCommitWriter<Ballot, Receipt>;

// What votes are taken and read with; all of it outlives the service.
struct VoteTools {
  rpc::WorkerPool& readers;
  VoteWriter& writer;
  VoteStore& store;
  Metrics& metrics;
};

// arena.v1.VoteService. All that it is given must outlive it.
class VoteService : public v1::VoteService::CallbackService {
 public:
  VoteService(rpc::Environment& environment, VoteTools tools, std::string voter_key,
              int max_exports);

  grpc::ServerUnaryReactor* CastVote(grpc::CallbackServerContext* context,
                                     const v1::CastVoteRequest* request,
                                     v1::CastVoteResponse* response) override;
  grpc::ServerUnaryReactor* ListVotes(grpc::CallbackServerContext* context,
                                      const v1::ListVotesRequest* request,
                                      v1::ListVotesResponse* response) override;
  grpc::ServerWriteReactor<v1::ExportVotesResponse>* ExportVotes(
      grpc::CallbackServerContext* context, const v1::ExportVotesRequest* request) override;

 private:
  const rpc::Method cast_vote_;
  const rpc::Method list_votes_;
  const rpc::Method export_votes_;
  const VoteTools tools_;
  const std::string voter_key_;
  Places exports_;
};

}  // namespace arena::vote_ingest
