// The connection dies around a write of the matchmaker; whoever repeats it learns the truth.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/lifecycle/process.h"
#include "common/rpc/channel.h"
#include "common/rpc/grpc_status.h"
#include "tests/contract/matchmaker/battle_events.h"
#include "tests/integration/matchmaker/matchmaker_env.h"
#include "tests/support/tcp_relay.h"

namespace arena::matchmaker {
namespace {

using ::arena::testing::Cut;
using ::arena::testing::CutMoment;
using ::arena::testing::Describe;
using ::arena::testing::EveryCut;
using ::arena::testing::TcpRelay;
using ::google::protobuf::util::MessageDifferencer;
using ::testing::Contains;

constexpr int kTries = 100;
// Each stands in one statement of these alone.
constexpr char kCreate[] = "insert into arena.battles";
constexpr char kRedraw[] = "where not exists (select from arena.turn_facts";
constexpr char kCommit[] = "COMMIT";
constexpr char kRead[] = "encode(b.request_digest";

// A matchmaker that reaches PostgreSQL, and is reached, through relays.
class LostAnswerOfMatchmakerTest : public ::testing::Test {
 protected:
  LostAnswerOfMatchmakerTest() {
    Options options = env_.ServerOptions();
    options.database.conninfo = to_postgres_.Through(env_.database().conninfo("arena_matchmaker"));
    server_ = env_.StartServer(options);
    to_server_ = std::make_unique<TcpRelay>(fmt::format("127.0.0.1:{}", server_->port()));
    for (int i = 0; i < 6; ++i) Apply(fmt::format("model-{}", i));
  }

  ~LostAnswerOfMatchmakerTest() override { lifecycle::RunShutdown(server_->shutdown_steps()); }

  std::shared_ptr<grpc::Channel> ChannelOf(const std::string& caller) {
    return *rpc::MakeChannel({.address = to_server_->address(), .api_key = caller + "-key"});
  }

  // Repeats a call through the relay, as a client should, for as long as it is UNAVAILABLE.
  template <typename Stub, typename Request, typename Response>
  Response Repeat(Stub& stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  const Request& request) {
    reasons_.clear();
    for (int attempt = 0; attempt < kTries; ++attempt) {
      grpc::ClientContext context;
      rpc::SetDeadline(context, absl::Seconds(20));
      context.set_wait_for_ready(true);
      Response response;
      const grpc::Status status = (stub.*method)(&context, request, &response);
      if (status.ok()) return response;
      if (status.error_code() != grpc::StatusCode::UNAVAILABLE) {
        ADD_FAILURE() << status.error_code() << " " << status.error_message();
        return {};
      }
      reasons_.push_back(ReasonOf(rpc::FromGrpcStatus(status)));
    }
    ADD_FAILURE() << "unavailable for ever";
    return {};
  }

  v1::CreateBattleResponse Create(const v1::CreateBattleRequest& request) {
    return Repeat(*v1::MatchmakerService::NewStub(ChannelOf("web")),
                  &v1::MatchmakerService::Stub::CreateBattle, request);
  }

  internal::v1::RedrawSideResponse Redraw(const internal::v1::RedrawSideRequest& request) {
    return Repeat(*internal::v1::RedrawService::NewStub(ChannelOf("gateway")),
                  &internal::v1::RedrawService::Stub::RedrawSide, request);
  }

  v1::ApplyModelsResponse Apply(const std::string& name,
                                v1::ModelState state = v1::MODEL_STATE_ACTIVE) {
    v1::ApplyModelsRequest request;
    *request.add_models() = SpecNamed(name, state);
    return Repeat(*v1::ModelAdminService::NewStub(ChannelOf("ops")),
                  &v1::ModelAdminService::Stub::ApplyModels, request);
  }

  // Cut or not, the request has made this one battle, with one draw.
  void ExpectOneBattle(const v1::CreateBattleRequest& request,
                       const v1::CreateBattleResponse& answer) {
    EXPECT_TRUE(MessageDifferencer::Equals(Create(request), answer)) << "an answer is for ever";
    ++battles_;
    EXPECT_EQ(Number("select count(*) from arena.battles"), battles_);
    EXPECT_EQ(Number("select count(*) from arena.draws"), battles_);
    EXPECT_EQ(Number(fmt::format("select count(*) from arena.battles where id = '{}'",
                                 answer.battle().battle_id())),
              1);
  }

  int Number(const std::string& query) {
    return std::stoi(testing::Value(env_.superuser(), query));
  }

  MatchmakerEnv env_;
  TcpRelay to_postgres_{testing::TestCluster::Get().socket_path()};
  std::unique_ptr<Matchmaker> server_;
  std::unique_ptr<TcpRelay> to_server_;
  int battles_ = 0;
  // Of the errors on the way to the last answer; "" where no server of ours made one.
  std::vector<std::string> reasons_;
};

TEST_F(LostAnswerOfMatchmakerTest, ARequestMakesOneBattleWhereverItsCommitIsCut) {
  for (const Cut& cut : EveryCut(kCreate, {1, 5, 9, 20, 60})) {
    SCOPED_TRACE(Describe(cut));
    const v1::CreateBattleRequest request = env_.NewRequest();
    to_postgres_.CutAt(cut);
    const v1::CreateBattleResponse answer = Create(request);
    EXPECT_EQ(to_postgres_.cuts(), 1);
    ExpectOneBattle(request, answer);
  }
}

// More cuts than the matchmaker tries by itself, so that its client has to; the last one comes
// after a commit.
TEST_F(LostAnswerOfMatchmakerTest, WhatItGivesUpIsUnavailableAndTheRepeatSucceeds) {
  for (const CutMoment moment : {CutMoment::kBeforeRequest, CutMoment::kBeforeAnswer}) {
    const v1::CreateBattleRequest request = env_.NewRequest();
    const Cut cut{.pattern = kCreate, .moment = moment, .times = 3 * limits::kCommitAttempts};
    SCOPED_TRACE(Describe(cut));
    to_postgres_.CutAt(cut);
    const v1::CreateBattleResponse answer = Create(request);
    EXPECT_EQ(to_postgres_.cuts(), cut.times);
    EXPECT_THAT(reasons_, Contains("STORAGE_UNAVAILABLE"));
    ExpectOneBattle(request, answer);
  }
}

// The models would refuse the request by now; whether it has its battle has to be looked up.
TEST_F(LostAnswerOfMatchmakerTest, ARefusalWaitsUntilItIsKnownThatThereIsNoBattle) {
  const v1::CreateBattleRequest request = env_.NewRequest();
  const v1::CreateBattleResponse answer = Create(request);
  for (int i = 0; i < 5; ++i) Apply(fmt::format("model-{}", i), v1::MODEL_STATE_RETIRED);
  const Cut cut{.pattern = kRead, .moment = CutMoment::kBeforeAnswer, .times = 2};
  to_postgres_.CutAt(cut);
  EXPECT_TRUE(MessageDifferencer::Equals(Create(request), answer));
  EXPECT_EQ(to_postgres_.cuts(), cut.times);
  EXPECT_THAT(reasons_, ::testing::SizeIs(1));
}

TEST_F(LostAnswerOfMatchmakerTest, ARequestMakesOneBattleWhereverItsClientIsCut) {
  for (Cut cut : EveryCut("", {1, 9, 30, 60, 100})) {
    const v1::CreateBattleRequest request = env_.NewRequest();
    cut.pattern = request.request_id();
    SCOPED_TRACE(Describe(cut));
    to_server_->CutAt(cut);
    const v1::CreateBattleResponse answer = Create(request);
    EXPECT_EQ(to_server_->cuts(), 1);
    ExpectOneBattle(request, answer);
  }
}

TEST_F(LostAnswerOfMatchmakerTest, ASideIsRedrawnOnceWhereverItIsCut) {
  const auto redraw_cut = [&](TcpRelay& relay, Cut cut) {
    internal::v1::RedrawSideRequest request;
    request.set_battle_id(Create(env_.NewRequest()).battle().battle_id());
    request.set_side(v1::SIDE_LEFT);
    request.set_draw_number(1);
    testing::StartTurn(env_.superuser(), request.battle_id(), 1);
    if (cut.pattern.empty()) cut.pattern = request.battle_id();
    SCOPED_TRACE(Describe(cut));
    relay.CutAt(cut);
    const internal::v1::RedrawSideResponse answer = Redraw(request);
    EXPECT_EQ(relay.cuts(), 1);
    EXPECT_EQ(answer.draw_number(), 2);
    EXPECT_TRUE(MessageDifferencer::Equals(Redraw(request), answer)) << "an answer is for ever";
    const std::string where = fmt::format("where battle_id = '{}'", request.battle_id());
    EXPECT_EQ(Number("select count(*) from arena.draws " + where), 2);
    EXPECT_EQ(Number("select left_model from arena.draws " + where + " and draw_number = 2"),
              answer.model_id());
  };
  for (const Cut& cut : EveryCut(kRedraw, {1, 5, 9})) redraw_cut(to_postgres_, cut);
  for (const Cut& cut : EveryCut("", {1, 9, 30})) redraw_cut(*to_server_, cut);
}

// An apply has no id: it says how things are to be, so a repeat of one that was done changes
// nothing, and says so.
class LostApplyTest : public LostAnswerOfMatchmakerTest {
 protected:
  void ApplyCut(TcpRelay& relay, Cut cut) {
    const std::string name = fmt::format("cut-{}", ++applied_);
    if (cut.pattern.empty()) cut.pattern = name;
    SCOPED_TRACE(Describe(cut));
    relay.CutAt(cut);
    const v1::ApplyModelsResponse answer = Apply(name);
    EXPECT_EQ(relay.cuts(), 1);
    EXPECT_EQ(answer.added_count() + answer.unchanged_count(), 1);
    relay.CutAt({});
    EXPECT_EQ(Apply(name).unchanged_count(), 1);
    const std::string which = fmt::format(
        "from arena.models m join arena.model_states s on s.model_id = m.id where m.name = '{}'",
        name);
    EXPECT_EQ(Number("select count(*) " + which), 1);
  }

  int applied_ = 0;
};

TEST_F(LostApplyTest, BeforeTheCommitIsTriedAgainUnseen) {
  for (const char* statement : {"pg_advisory_xact_lock", "insert into arena.models",
                                "insert into arena.model_states", "arena.model_endpoints"}) {
    for (const Cut& cut : EveryCut(statement, {1, 5})) {
      ApplyCut(to_postgres_, cut);
      EXPECT_TRUE(reasons_.empty());
    }
  }
}

TEST_F(LostApplyTest, DuringTheCommitItsOutcomeIsUnknownUntilTheRepeat) {
  for (const Cut& cut : EveryCut(kCommit, {1, 5, 9})) {
    SCOPED_TRACE(Describe(cut));
    to_postgres_.CutAt(cut);
    const std::string name = fmt::format("cut-{}", ++applied_);
    const v1::ApplyModelsResponse answer = Apply(name);
    EXPECT_EQ(reasons_, std::vector<std::string>{"OUTCOME_UNKNOWN"});
    EXPECT_EQ(answer.added_count() + answer.unchanged_count(), 1);
    EXPECT_EQ(Number(fmt::format("select count(*) from arena.models where name = '{}'", name)), 1);
  }
}

TEST_F(LostApplyTest, BetweenItAndItsClientItIsDoneOnce) {
  for (const Cut& cut : EveryCut("", {1, 9, 20})) ApplyCut(*to_server_, cut);
}

}  // namespace
}  // namespace arena::matchmaker
