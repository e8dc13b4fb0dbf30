#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "arena/v1/vote_admin_service.grpc.pb.h"
#include "arena/v1/vote_service.grpc.pb.h"
#include "common/rpc/channel.h"
#include "common/rpc/grpc_status.h"
#include "services/vote-ingest/bind.h"
#include "tests/contract/vote_ingest/battle_rows.h"
#include "tests/support/test_postgres.h"
#include "tests/unit/vote_ingest/battles.h"

namespace arena::vote_ingest {

// vote-ingest on a database of its own, with the models `alder` and `birch`.
class VoteIngestTest : public ::testing::Test {
 protected:
  static constexpr char kVoterKey[] = "0123456789abcdef0123456789abcdef";

  explicit VoteIngestTest(Options options = {});
  ~VoteIngestTest() override;

  // From now on calls carry this key.
  void CallAs(const std::string& api_key);

  // In local mode the caller's name is "local". `prompt` is the battle's first one.
  BattleView AddBattle(uint64_t seed, const std::string& prompt = "");

  absl::StatusOr<v1::CastVoteResponse> Cast(const BattleView& battle, v1::Choice choice,
                                            int turn = 1);
  absl::StatusOr<v1::ImportVotesResponse> Import(const v1::ImportVotesRequest& request);
  absl::StatusOr<v1::ListVotesResponse> List(const v1::ListVotesRequest& request);
  std::vector<v1::VoteEntry> Export(const v1::ExportVotesRequest& request);

  // Votes of the source "elsewhere", won by `alder` on the left.
  static v1::ImportVotesRequest Imported(int first, int count, const std::string& voter = "");

  template <typename Request, typename Response, typename Stub>
  static absl::StatusOr<Response> Call(Stub& stub,
                                       grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                                    const Request&, Response*),
                                       const Request& request) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Seconds(20));
    Response response;
    const absl::Status status = rpc::FromGrpcStatus((stub.*method)(&context, request, &response));
    if (!status.ok()) return status;
    return response;
  }

  testing::TestDatabase database_;
  Database admin_{{.conninfo = database_.conninfo()}};
  std::unique_ptr<VoteIngest> service_;
  std::unique_ptr<v1::VoteService::Stub> votes_;
  std::unique_ptr<v1::VoteAdminService::Stub> votes_admin_;
};

}  // namespace arena::vote_ingest
