#pragma once

#include <string>

#include "arena/v1/vote_admin_service.grpc.pb.h"
#include "common/base/clock.h"
#include "common/rpc/calls/unary_call.h"
#include "common/rpc/server/environment.h"
#include "common/rpc/server/worker_pool.h"
#include "services/vote-ingest/storage/vote_store.h"

namespace arena::vote_ingest {

// arena.v1.VoteAdminService. All that it is given must outlive it.
class VoteAdminService : public v1::VoteAdminService::CallbackService {
 public:
  VoteAdminService(rpc::Environment& environment, rpc::WorkerPool& writers, VoteStore& store,
                   const Clock& clock, std::string voter_key);

  grpc::ServerUnaryReactor* ImportVotes(grpc::CallbackServerContext* context,
                                        const v1::ImportVotesRequest* request,
                                        v1::ImportVotesResponse* response) override;
  grpc::ServerUnaryReactor* RetractVotes(grpc::CallbackServerContext* context,
                                         const v1::RetractVotesRequest* request,
                                         v1::RetractVotesResponse* response) override;
  grpc::ServerUnaryReactor* RestoreVotes(grpc::CallbackServerContext* context,
                                         const v1::RestoreVotesRequest* request,
                                         v1::RestoreVotesResponse* response) override;
  grpc::ServerUnaryReactor* AnnotateVotes(grpc::CallbackServerContext* context,
                                          const v1::AnnotateVotesRequest* request,
                                          v1::AnnotateVotesResponse* response) override;

 private:
  absl::StatusOr<v1::ImportVotesResponse> Import(const v1::ImportVotesRequest& request);

  // What the last three have in common.
  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* Amend(const rpc::Method& method, grpc::CallbackServerContext* context,
                                  const Request* request, Response* response);
  // Fills in a voter's votes, where they are what is selected.
  absl::Status FindVotes(const v1::VoteSelection& votes, Amendment& amendment);

  const rpc::Method import_votes_;
  const rpc::Method retract_votes_;
  const rpc::Method restore_votes_;
  const rpc::Method annotate_votes_;
  rpc::WorkerPool& writers_;
  VoteStore& store_;
  const Clock& clock_;
  const std::string voter_key_;
};

}  // namespace arena::vote_ingest
