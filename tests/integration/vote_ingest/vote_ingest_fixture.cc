#include <fmt/format.h>

#include <utility>

#include "absl/time/clock.h"
#include "common/base/limits.h"
#include "tests/integration/vote_ingest/vote_ingest_test.h"

namespace arena::vote_ingest {

VoteIngestTest::VoteIngestTest(Options options) {
  InsertModel(admin_, {ModelId{1}, "alder"}, true);
  InsertModel(admin_, {ModelId{2}, "birch"}, true);
  options.server.listen = "127.0.0.1:0";
  options.server.metrics_listen = "";
  options.server.log_level = "off";
  options.database.conninfo = database_.conninfo("arena_vote_ingest");
  options.voter_key = kVoterKey;
  auto service = VoteIngest::Start(options);
  EXPECT_TRUE(service.ok()) << service.status();
  service_ = *std::move(service);
  CallAs("");
}

VoteIngestTest::~VoteIngestTest() { lifecycle::RunShutdown(service_->shutdown_steps()); }

void VoteIngestTest::CallAs(const std::string& api_key) {
  const auto channel = rpc::MakeChannel(
      {.address = fmt::format("127.0.0.1:{}", service_->port()), .api_key = api_key});
  ASSERT_TRUE(channel.ok()) << channel.status();
  votes_ = v1::VoteService::NewStub(*channel);
  votes_admin_ = v1::VoteAdminService::NewStub(*channel);
}

BattleView VoteIngestTest::AddBattle(uint64_t seed, const std::string& prompt) {
  BattleView battle = ReadyBattle(seed);
  battle.frontend = "local";
  battle.expire_time = absl::Now() + absl::Hours(1);
  InsertBattle(admin_, battle, prompt);
  return battle;
}

absl::StatusOr<v1::CastVoteResponse> VoteIngestTest::Cast(const BattleView& battle,
                                                          v1::Choice choice, int turn) {
  v1::CastVoteRequest request;
  request.set_battle_id(battle.id.ToString());
  request.set_turn(turn);
  request.set_choice(choice);
  return Call(*votes_, &v1::VoteService::Stub::CastVote, request);
}

absl::StatusOr<v1::ImportVotesResponse> VoteIngestTest::Import(
    const v1::ImportVotesRequest& request) {
  return Call(*votes_admin_, &v1::VoteAdminService::Stub::ImportVotes, request);
}

absl::StatusOr<v1::ListVotesResponse> VoteIngestTest::List(const v1::ListVotesRequest& request) {
  return Call(*votes_, &v1::VoteService::Stub::ListVotes, request);
}

std::vector<v1::VoteEntry> VoteIngestTest::Export(const v1::ExportVotesRequest& request) {
  grpc::ClientContext context;
  rpc::SetDeadline(context, absl::Seconds(20));
  const auto stream = votes_->ExportVotes(&context, request);
  std::vector<v1::VoteEntry> entries;
  v1::ExportVotesResponse batch;
  while (stream->Read(&batch)) {
    EXPECT_LE(batch.entries_size(), limits::kExportBatchVotes);
    entries.insert(entries.end(), batch.entries().begin(), batch.entries().end());
  }
  EXPECT_TRUE(stream->Finish().ok());
  return entries;
}

v1::ImportVotesRequest VoteIngestTest::Imported(int first, int count, const std::string& voter) {
  v1::ImportVotesRequest request;
  request.set_source("elsewhere");
  for (int i = 0; i < count; ++i) {
    v1::ImportedVote* vote = request.add_votes();
    vote->set_index(first + i);
    vote->set_model_left("alder");
    vote->set_model_right("birch");
    vote->set_choice(v1::CHOICE_LEFT);
    vote->set_voter(voter);
  }
  return request;
}

}  // namespace arena::vote_ingest
