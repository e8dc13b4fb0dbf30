// The connection dies around a turn's start, its ends or its stream; whoever asks again with the
// same request_id learns what was said, and no model is asked twice.
#include <fmt/format.h>

#include <memory>
#include <thread>

#include "absl/time/clock.h"
#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/rpc/channel.h"
#include "tests/integration/model_gateway/gateway_test.h"
#include "tests/support/tcp_relay.h"

namespace arena::model_gateway {
namespace {

using ::arena::testing::Cut;
using ::arena::testing::CutMoment;
using ::arena::testing::Describe;
using ::arena::testing::EveryCut;
using ::arena::testing::TcpRelay;

// Each stands in one statement alone.
constexpr char kStart[] = "insert into arena.turn_starts";
constexpr char kEnd[] = "insert into arena.turn_facts";

// The second replica reaches PostgreSQL through a relay and can be reached through another.
class LostAnswerOfGatewayTest : public GatewayTest {
 protected:
  LostAnswerOfGatewayTest() {
    relayed_ = AddReplica([&](Options& options) {
      options.database.conninfo = to_postgres_.Through(options.database.conninfo);
    });
    to_gateway_ = std::make_unique<TcpRelay>(fmt::format("127.0.0.1:{}", gateway(relayed_).port()));
    left_ = AddModel("juniper-large");
    right_ = AddModel("aspen-chat");
  }

  // Asks again, as a client should, until the turn has been told to its end.
  Transcript StreamUntilTold(const v1::StreamRepliesRequest& request) {
    const auto stub =
        v1::ModelGatewayService::NewStub(*rpc::MakeChannel({.address = to_gateway_->address()}));
    const absl::Time latest = absl::Now() + absl::Seconds(20);
    while (true) {
      const Transcript said = ReplyCall(*stub, request).ReadAll();
      const bool is_elsewhere = ReasonOf(said.status) == "STREAM_ELSEWHERE";
      if (absl::Now() > latest || !(absl::IsUnavailable(said.status) || is_elsewhere)) return said;
    }
  }

  // What was said is what is stored, for ever, and each model was asked at most so often.
  void ExpectTheTruth(const v1::StreamRepliesRequest& request, const Transcript& said,
                      int64_t most_requests = 1) {
    ASSERT_TRUE(said.status.ok()) << said.status;
    const Transcript again = StreamUntilTold(request);
    EXPECT_EQ(again.text, said.text);
    EXPECT_EQ(again.end, said.end);
    const std::string where = fmt::format("where battle_id = '{}'", request.battle_id());
    EXPECT_EQ(ReadValue(admin_, "select count(*) from arena.turn_starts " + where), "1");
    EXPECT_EQ(ReadValue(admin_, "select count(*) from arena.turn_facts " + where), "2");
    EXPECT_EQ(ReadValue(admin_, "select count(*) from arena.turn_texts " + where), "3");
    for (const auto& [model, counts] : demo_->GetStats().models) {
      EXPECT_LE(counts.requests - asked_[model], most_requests) << model;
      asked_[model] = counts.requests;
    }
  }

  void Execute(const std::string& sql) {
    const absl::Status status = admin_.Run([&](pqxx::nontransaction& session) -> absl::Status {
      session.exec(sql);
      return absl::OkStatus();
    });
    ASSERT_TRUE(status.ok()) << status;
  }

  void ExpectComplete(const Transcript& said) {
    EXPECT_EQ(said.end, (std::map<v1::Side, v1::SideEnd>{{v1::SIDE_LEFT, v1::SIDE_END_COMPLETE},
                                                         {v1::SIDE_RIGHT, v1::SIDE_END_COMPLETE}}));
  }

  TcpRelay to_postgres_{testing::TestCluster::Get().socket_path()};
  std::unique_ptr<TcpRelay> to_gateway_;
  size_t relayed_ = 0;
  int left_ = 0, right_ = 0;
  std::map<std::string, int64_t> asked_;
};

TEST_F(LostAnswerOfGatewayTest, ATurnIsStartedAndEndedOnceWhereverPostgresIsCut) {
  for (const char* statement : {kStart, kEnd}) {
    for (const Cut& cut : EveryCut(statement, {1, 5, 9})) {
      SCOPED_TRACE(Describe(cut));
      const v1::StreamRepliesRequest request = Ask(AddBattle(left_, right_));
      to_postgres_.CutAt(cut);
      const Transcript said = Stream(request, relayed_);
      EXPECT_EQ(to_postgres_.cuts(), 1);
      ExpectComplete(said);
      ExpectTheTruth(request, said);
    }
  }
}

// More cuts than one group commit tries. Given up, a start that was stored would keep the turn, and
// an end that was not would keep it open, until its deadline minutes later.
TEST_F(LostAnswerOfGatewayTest, ATurnOutlivesAPostgresThatIsAwayForLongerThanAGroupCommit) {
  for (const char* statement : {kStart, kEnd}) {
    for (const CutMoment moment : {CutMoment::kBeforeRequest, CutMoment::kBeforeAnswer}) {
      const Cut cut{.pattern = statement, .moment = moment, .times = 3 * limits::kCommitAttempts};
      SCOPED_TRACE(Describe(cut));
      const v1::StreamRepliesRequest request = Ask(AddBattle(left_, right_));
      to_postgres_.CutAt(cut);
      const Transcript said = Stream(request, relayed_);
      EXPECT_EQ(to_postgres_.cuts(), cut.times);
      ExpectComplete(said);
      ExpectTheTruth(request, said);
    }
  }
}

// PostgreSQL is there and refuses, as on a full disk: one turn cannot start, the other cannot end.
// Both callers are told when the patience is at its end, and no earlier.
TEST_F(LostAnswerOfGatewayTest, ATurnThatCannotBeStoredIsGivenUpWhenThePatienceIsAtItsEnd) {
  // The patience begins after the longest time that a model may take.
  const absl::Duration longest = absl::Seconds(1);
  const int left = AddModel("juniper-large", longest, longest);
  const int right = AddModel("aspen-chat", longest, longest);
  const v1::StreamRepliesRequest start = Ask(AddBattle(left, right));
  const v1::StreamRepliesRequest end = Ask(AddBattle(left, right));
  const auto refuse = [&](const std::string& table, const v1::StreamRepliesRequest& request) {
    Execute(fmt::format(
        "create function arena.{0}_full() returns trigger language plpgsql as $$ begin "
        "if new.battle_id = '{1}' then raise exception 'no space' using errcode = '53100'; end if; "
        "return new; end $$; create trigger {0}_full before insert on arena.{0} for each row "
        "execute function arena.{0}_full()",
        table, request.battle_id()));
  };
  refuse("turn_starts", start);
  refuse("turn_facts", end);
  const absl::Time begin = absl::Now();
  Transcript not_started;
  // Of a replica of its own: a group commit that a full disk refuses is refused as a whole.
  std::thread first([&] { not_started = Stream(start, relayed_); });
  const Transcript not_ended = Stream(end);
  first.join();
  EXPECT_GE(absl::Now() - begin, limits::kStorePatience);
  EXPECT_EQ(ReasonOf(not_started.status), "STORAGE_UNAVAILABLE") << not_started.status;
  EXPECT_TRUE(not_started.text.empty());
  EXPECT_EQ(ReasonOf(not_ended.status), "STORAGE_UNAVAILABLE") << not_ended.status;
  EXPECT_TRUE(not_ended.end.empty());

  Execute("drop function arena.turn_starts_full cascade");
  Execute("drop function arena.turn_facts_full cascade");
  EXPECT_TRUE(Stream(start).status.ok());
}

// A client that is cut off has left: what it had not heard is stored as CANCELLED.
TEST_F(LostAnswerOfGatewayTest, ATurnIsStartedOnceWhereverItsClientIsCut) {
  for (Cut cut : EveryCut("", {1, 30, 100, 200, 400})) {
    const v1::StreamRepliesRequest request = Ask(AddBattle(left_, right_));
    cut.pattern = request.request_id();
    SCOPED_TRACE(Describe(cut));
    to_gateway_->CutAt(cut);
    const Transcript said = StreamUntilTold(request);
    EXPECT_EQ(to_gateway_->cuts(), 1);
    // Models are asked while the turn's start is being committed, so a repeat may race the call
    // that was cut. Who loses the race cancels its calls.
    ExpectTheTruth(request, said, 2);
  }
}

}  // namespace
}  // namespace arena::model_gateway
