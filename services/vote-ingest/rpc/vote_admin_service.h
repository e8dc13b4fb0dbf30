#pragma once

#include <string>

#include "arena/v1/vote_admin_service.grpc.pb.h"
#include "common/rpc/environment.h"
#include "common/rpc/unary_call.h"
#include "common/rpc/worker_pool.h"
#include "services/vote-ingest/storage/vote_store.h"

namespace arena::vote_ingest {

// arena.v1.VoteAdminService. All that it is given must outlive it.
class VoteAdminService : public v1::VoteAdminService::CallbackService {
 public:
  VoteAdminService(rpc::Environment& environment, rpc::WorkerPool& writers, VoteStore& store,
                   std::string voter_key);

  grpc::ServerUnaryReactor* ImportVotes(grpc::CallbackServerContext* context,
                                        const v1::ImportVotesRequest* request,
                                        v1::ImportVotesResponse* response) override;

 private:
  absl::StatusOr<v1::ImportVotesResponse> Import(const v1::ImportVotesRequest& request);

  const rpc::Method import_votes_;
  rpc::WorkerPool& writers_;
  VoteStore& store_;
  const std::string voter_key_;
};

}  // namespace arena::vote_ingest
