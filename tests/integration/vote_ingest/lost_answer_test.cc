// The connection dies around a commit; whoever repeats learns the truth.
#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "arena/v1/vote_admin_service.grpc.pb.h"
#include "arena/v1/vote_service.grpc.pb.h"
#include "common/rpc/channel.h"
#include "services/vote-ingest/bind.h"
#include "tests/contract/vote_ingest/battle_rows.h"
#include "tests/support/tcp_relay.h"
#include "tests/support/test_postgres.h"
#include "tests/unit/vote_ingest/battles.h"

namespace arena::vote_ingest {
namespace {

using ::arena::testing::Cut;
using ::arena::testing::CutMoment;
using ::arena::testing::Describe;
using ::arena::testing::EveryCut;
using ::arena::testing::TcpRelay;
using ::google::protobuf::util::MessageDifferencer;

constexpr char kAppend[] = "arena.append_votes";
constexpr int kTries = 100;

class LostAnswerTest : public ::testing::Test {
 protected:
  LostAnswerTest() {
    InsertModel(admin_, {ModelId{1}, "alder"}, true);
    InsertModel(admin_, {ModelId{2}, "birch"}, true);
    Options options;
    options.server.listen = "127.0.0.1:0";
    options.server.metrics_listen = "";
    options.server.log_level = "off";
    options.database.conninfo = to_postgres_.Through(database_.conninfo("arena_vote_ingest"));
    options.voter_key = std::string(32, 'a');
    auto service = VoteIngest::Start(options);
    EXPECT_TRUE(service.ok()) << service.status();
    service_ = *std::move(service);
    to_service_ = std::make_unique<TcpRelay>(fmt::format("127.0.0.1:{}", service_->port()));
  }

  ~LostAnswerTest() override { lifecycle::RunShutdown(service_->shutdown_steps()); }

  v1::CastVoteRequest NewVote() {
    BattleView battle = ReadyBattle(++battles_);
    battle.frontend = "local";
    battle.expire_time = absl::Now() + absl::Hours(1);
    InsertBattle(admin_, battle);
    v1::CastVoteRequest request;
    request.set_battle_id(battle.id.ToString());
    request.set_turn(1);
    request.set_choice(v1::CHOICE_LEFT);
    return request;
  }

  // Repeats the vote through the relay, as a client should, until there is a receipt.
  v1::CastVoteResponse CastUntilAnswered(const v1::CastVoteRequest& request) {
    const auto votes =
        v1::VoteService::NewStub(*rpc::MakeChannel({.address = to_service_->address()}));
    v1::CastVoteResponse receipt;
    grpc::Status status;
    for (int attempt = 0; attempt < kTries; ++attempt) {
      grpc::ClientContext context;
      rpc::SetDeadline(context, absl::Seconds(20));
      context.set_wait_for_ready(true);
      status = votes->CastVote(&context, request, &receipt);
      if (status.error_code() != grpc::StatusCode::UNAVAILABLE) break;
    }
    EXPECT_TRUE(status.ok()) << status.error_code() << " " << status.error_message();
    return receipt;
  }

  // Repeats an operator's call in the same way.
  template <typename Request, typename Response>
  Response AdminUntilAnswered(grpc::Status (v1::VoteAdminService::Stub::*method)(
                                  grpc::ClientContext*, const Request&, Response*),
                              const Request& request) {
    const auto admin =
        v1::VoteAdminService::NewStub(*rpc::MakeChannel({.address = to_service_->address()}));
    Response response;
    grpc::Status status;
    for (int attempt = 0; attempt < kTries; ++attempt) {
      grpc::ClientContext context;
      rpc::SetDeadline(context, absl::Seconds(20));
      context.set_wait_for_ready(true);
      status = ((*admin).*method)(&context, request, &response);
      if (status.error_code() != grpc::StatusCode::UNAVAILABLE) break;
    }
    EXPECT_TRUE(status.ok()) << status.error_code() << " " << status.error_message();
    return response;
  }

  v1::ImportVotesResponse ImportUntilAnswered(const v1::ImportVotesRequest& request) {
    return AdminUntilAnswered(&v1::VoteAdminService::Stub::ImportVotes, request);
  }

  static v1::ImportVotesRequest Imported(const std::string& source, int count) {
    v1::ImportVotesRequest request;
    request.set_source(source);
    for (int i = 0; i < count; ++i) {
      v1::ImportedVote& vote = *request.add_votes();
      vote.set_index(i);
      vote.set_model_left("alder");
      vote.set_model_right("birch");
      vote.set_choice(v1::CHOICE_TIE);
    }
    return request;
  }

  // The receipt of the vote is true, and the same whenever one asks; the log has no gap.
  void ExpectTheTruth(const v1::CastVoteRequest& request, const v1::CastVoteResponse& receipt) {
    EXPECT_TRUE(MessageDifferencer::Equals(CastUntilAnswered(request), receipt));
    const std::string where = fmt::format("where battle_id = '{}'", request.battle_id());
    EXPECT_EQ(Number("select count(*) from arena.vote_log " + where), 1);
    EXPECT_EQ(Number("select count(*) from arena.vote_claims " + where), 1);
    EXPECT_EQ(Number("select position from arena.vote_log " + where), receipt.position());
    EXPECT_EQ(Number("select max(position) - count(*) from arena.vote_log"), 0);
    EXPECT_EQ(Number("select h.position - (select count(*) from arena.vote_log) "
                     "from arena.vote_log_head h"),
              0);
  }

  int64_t Number(const std::string& query) {
    int64_t number = -1;
    const absl::Status status = admin_.Run([&](pqxx::nontransaction& session) {
      number = session.exec1(query)[0].as<int64_t>();
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return number;
  }

  arena::testing::TestDatabase database_;
  Database admin_{{.conninfo = database_.conninfo()}};
  TcpRelay to_postgres_{arena::testing::TestCluster::Get().socket_path()};
  std::unique_ptr<VoteIngest> service_;
  std::unique_ptr<TcpRelay> to_service_;
  uint64_t battles_ = 0;
};

TEST_F(LostAnswerTest, AConnectionToPostgresCutAtAnyMomentOfTheCommitCostsNoVote) {
  for (const CutMoment moment : {CutMoment::kBeforeRequest, CutMoment::kInRequest,
                                 CutMoment::kAfterRequest, CutMoment::kBeforeAnswer}) {
    SCOPED_TRACE(static_cast<int>(moment));
    const v1::CastVoteRequest vote = NewVote();
    to_postgres_.CutAt({.pattern = kAppend, .moment = moment});
    const v1::CastVoteResponse receipt = CastUntilAnswered(vote);
    EXPECT_EQ(to_postgres_.cuts(), 1);
    ExpectTheTruth(vote, receipt);
  }
}

TEST_F(LostAnswerTest, AnAnswerOfPostgresCutAtAnyByteCostsNoVote) {
  for (const size_t bytes : {1u, 4u, 5u, 9u, 20u, 50u, 100u, 150u}) {
    SCOPED_TRACE(bytes);
    const v1::CastVoteRequest vote = NewVote();
    to_postgres_.CutAt({.pattern = kAppend, .moment = CutMoment::kInAnswer, .answer_bytes = bytes});
    const v1::CastVoteResponse receipt = CastUntilAnswered(vote);
    EXPECT_EQ(to_postgres_.cuts(), 1);
    ExpectTheTruth(vote, receipt);
  }
}

// More cuts than the service tries by itself, so that its client has to.
TEST_F(LostAnswerTest, WhatTheServiceGivesUpIsUnavailableAndTheClientsRepeatSucceeds) {
  constexpr int kCuts = 3 * limits::kCommitAttempts;
  for (const CutMoment moment : {CutMoment::kBeforeRequest, CutMoment::kInRequest}) {
    SCOPED_TRACE(static_cast<int>(moment));
    const v1::CastVoteRequest vote = NewVote();
    to_postgres_.CutAt({.pattern = kAppend, .moment = moment, .times = kCuts});
    const v1::CastVoteResponse receipt = CastUntilAnswered(vote);
    EXPECT_EQ(to_postgres_.cuts(), kCuts);
    ExpectTheTruth(vote, receipt);
  }
}

TEST_F(LostAnswerTest, AConnectionToTheClientCutAtAnyByteCostsNoVote) {
  for (const CutMoment moment : {CutMoment::kBeforeRequest, CutMoment::kInRequest,
                                 CutMoment::kAfterRequest, CutMoment::kBeforeAnswer}) {
    SCOPED_TRACE(static_cast<int>(moment));
    const v1::CastVoteRequest vote = NewVote();
    to_service_->CutAt({.pattern = vote.battle_id(), .moment = moment});
    const v1::CastVoteResponse receipt = CastUntilAnswered(vote);
    EXPECT_EQ(to_service_->cuts(), 1);
    ExpectTheTruth(vote, receipt);
  }
  for (const size_t bytes : {1u, 9u, 30u, 60u, 100u, 140u}) {
    SCOPED_TRACE(bytes);
    const v1::CastVoteRequest vote = NewVote();
    to_service_->CutAt(
        {.pattern = vote.battle_id(), .moment = CutMoment::kInAnswer, .answer_bytes = bytes});
    ExpectTheTruth(vote, CastUntilAnswered(vote));
  }
}

// The append waits for the head; there its session is ended from outside.
TEST_F(LostAnswerTest, ASessionTerminatedWithinTheStatementCostsNoVote) {
  constexpr char kWaiting[] =
      "from pg_stat_activity where usename = 'arena_vote_ingest' and wait_event_type = 'Lock' "
      "and datname = current_database()";
  const v1::CastVoteRequest vote = NewVote();
  std::future<v1::CastVoteResponse> receipt;
  {
    pqxx::connection holder(database_.conninfo());
    pqxx::work lock(holder);
    lock.exec("select position from arena.vote_log_head for update");
    receipt = std::async(std::launch::async, [&] { return CastUntilAnswered(vote); });
    const absl::Time deadline = absl::Now() + absl::Seconds(20);
    const auto terminated = [&] {
      return Number(fmt::format("select count(pg_terminate_backend(pid)) {}", kWaiting));
    };
    while (terminated() == 0) ASSERT_LT(absl::Now(), deadline);
  }
  ExpectTheTruth(vote, receipt.get());
}

// An import's repeat finds what is there; no batch is ever appended in part.
TEST_F(LostAnswerTest, AnImportIsAppendedOnceAndWholeWhereverItIsCut) {
  int64_t head = 0;
  const auto import_cut = [&](TcpRelay& relay, Cut cut) {
    const v1::ImportVotesRequest request = Imported(fmt::format("week-{}", head), 3);
    if (cut.pattern.empty()) cut.pattern = request.source();
    SCOPED_TRACE(Describe(cut));
    relay.CutAt(cut);
    const v1::ImportVotesResponse answer = ImportUntilAnswered(request);
    EXPECT_EQ(relay.cuts(), 1);
    head += 3;
    EXPECT_EQ(answer.appended_count() + answer.repeated_count(), 3);
    EXPECT_EQ(answer.appended_count() % 3, 0) << "whole or not at all";
    EXPECT_EQ(answer.head_position(), head);
    EXPECT_EQ(ImportUntilAnswered(request).repeated_count(), 3);
    EXPECT_EQ(Number("select max(position) from arena.vote_log"), head);
    EXPECT_EQ(Number("select count(*) from arena.vote_log"), head);
  };
  for (const Cut& cut : EveryCut(kAppend, {1, 5, 9})) import_cut(to_postgres_, cut);
  for (const Cut& cut : EveryCut("", {1, 9, 20})) import_cut(*to_service_, cut);
}

// A retraction's repeat gets the first answer; no vote is ever taken out twice.
TEST_F(LostAnswerTest, ARetractionIsAppendedOnceAndWholeWhereverItIsCut) {
  int64_t head = ImportUntilAnswered(Imported("week", 200)).head_position();
  int64_t next_vote = 1;
  const auto retract_cut = [&](TcpRelay& relay, Cut cut) {
    v1::RetractVotesRequest request;
    SecureRandom random;
    request.set_request_id(Uuid::MakeVersion7(absl::Now(), random).ToString());
    request.set_reason("cut");
    for (int i = 0; i < 2; ++i) {
      request.mutable_votes()->mutable_positions()->add_positions(next_vote++);
    }
    if (cut.pattern.empty()) cut.pattern = request.request_id();
    SCOPED_TRACE(Describe(cut));
    relay.CutAt(cut);
    const auto method = &v1::VoteAdminService::Stub::RetractVotes;
    const v1::RetractVotesResponse answer = AdminUntilAnswered(method, request);
    EXPECT_EQ(relay.cuts(), 1);
    EXPECT_EQ(answer.amendment().appended_count(), 2);
    EXPECT_EQ(answer.amendment().first_position(), head + 1);
    head += 2;
    EXPECT_EQ(answer.amendment().last_position(), head);
    EXPECT_TRUE(MessageDifferencer::Equals(AdminUntilAnswered(method, request), answer));
    EXPECT_EQ(Number("select max(position) from arena.vote_log"), head);
    EXPECT_EQ(Number("select count(*) from arena.vote_log"), head);
  };
  for (const Cut& cut : EveryCut("arena.amend_votes", {1, 5, 9})) retract_cut(to_postgres_, cut);
  for (const Cut& cut : EveryCut("", {1, 9, 20})) retract_cut(*to_service_, cut);
}

}  // namespace
}  // namespace arena::vote_ingest
