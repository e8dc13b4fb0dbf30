// What a turn is like when providers do what they should.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <pqxx/pqxx>

#include "common/base/errors.h"
#include "common/base/limits.h"
#include "tests/integration/model_gateway/gateway_test.h"
#include "tests/support/slow_reader_channel.h"

namespace arena::model_gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class GatewayStreamingTest : public GatewayTest {};

TEST_F(GatewayStreamingTest, BothSidesStreamAndAreStoredBeforeTheirEnd) {
  const BattleId battle = AddBattle("juniper-large", "cedar-instruct");
  ReplyCall call(stub(), Ask(battle, "What is 17 + 25? Please explain each step of the sum."));
  ASSERT_TRUE(call.ReadUntilEnd(v1::SIDE_LEFT));
  EXPECT_EQ(Facts(battle, "end_state, model_id, draw_number, language"), "1,1,1,en");
  const Transcript& said = call.ReadAll();
  EXPECT_TRUE(said.status.ok()) << said.status;
  EXPECT_EQ(said.turn, 1);
  EXPECT_EQ(said.end.at(v1::SIDE_LEFT), v1::SIDE_END_COMPLETE);
  EXPECT_EQ(said.end.at(v1::SIDE_RIGHT), v1::SIDE_END_COMPLETE);
  const auto stored = Read(battle);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->turns(0).left().text(), said.text.at(v1::SIDE_LEFT));
  EXPECT_EQ(stored->turns(0).right().text(), said.text.at(v1::SIDE_RIGHT));
  EXPECT_THAT(stored->turns(0).prompt(), StartsWith("What is 17 + 25?"));
}

TEST_F(GatewayStreamingTest, FactsHoldWhatRatingNeeds) {
  const BattleId battle = AddBattle("juniper-large", "cedar-instruct");
  const Transcript said = Stream(Ask(battle, "What is 17 + 25?"));
  ASSERT_TRUE(said.status.ok()) << said.status;
  EXPECT_EQ(Facts(battle, "model_id, endpoint, language, tags", 1, 2),
            fmt::format("2,{},und,{{math,short_prompt}}", demo_->url()));
  EXPECT_EQ(Facts(battle, "tokens > 0, first_token_ms <= total_ms, total_ms < 10000", 1, 2),
            "t,t,t");
  // This model writes headers and lists.
  EXPECT_EQ(Facts(battle, "headers + list_items + bold_spans > 0", 1, 2), "t");
}

TEST_F(GatewayStreamingTest, SlowSideDoesNotHoldTheOther) {
  const BattleId battle = AddBattle("juniper-large!stall-after=2", "aspen-chat");
  ReplyCall call(stub(), Ask(battle));
  ASSERT_TRUE(call.ReadUntilEnd(v1::SIDE_RIGHT));
  EXPECT_EQ(call.transcript().end.at(v1::SIDE_RIGHT), v1::SIDE_END_COMPLETE);
  EXPECT_FALSE(call.transcript().end.contains(v1::SIDE_LEFT));
  // The left one is still under way; nothing but its own end is missing.
  EXPECT_FALSE(Read(battle)->turns(0).has_left());
  EXPECT_TRUE(Stop(battle, 1, v1::SIDE_LEFT).ok());
  const Transcript& said = call.ReadAll();
  EXPECT_TRUE(said.status.ok()) << said.status;
  EXPECT_EQ(said.end.at(v1::SIDE_LEFT), v1::SIDE_END_CANCELLED);
  EXPECT_EQ(Read(battle)->turns(0).left().text(), said.text.at(v1::SIDE_LEFT));
}

TEST_F(GatewayStreamingTest, RepeatAfterTheEndReturnsTheStoredReplies) {
  const BattleId battle = AddBattle("juniper-large", "aspen-chat!empty");
  const auto request = Ask(battle);
  const Transcript first = Stream(request);
  const Transcript again = Stream(request);
  EXPECT_TRUE(again.status.ok()) << again.status;
  EXPECT_EQ(again.text, first.text);
  EXPECT_EQ(again.end, first.end);
  EXPECT_EQ(again.sequence.at(v1::SIDE_LEFT), 2);
  EXPECT_EQ(again.sequence.at(v1::SIDE_RIGHT), 1);  // nothing was said, so only the end comes
  EXPECT_EQ(demo_->GetStats().Total().requests, 2);
}

TEST_F(GatewayStreamingTest, OtherPromptUnderAUsedRequestIdIsRefused) {
  const BattleId battle = AddBattle("juniper-large", "aspen-chat");
  auto request = Ask(battle);
  ASSERT_TRUE(Stream(request).status.ok());
  request.set_prompt("something else");
  EXPECT_EQ(ReasonOf(Stream(request).status), "REQUEST_ID_REUSED");
}

TEST_F(GatewayStreamingTest, ConversationGoesOnForSeveralTurns) {
  const BattleId battle = AddBattle("juniper-large", "aspen-chat");
  for (int turn = 1; turn <= 3; ++turn) {
    const Transcript said = Stream(Ask(battle, fmt::format("What is {} + 1?", turn)));
    ASSERT_TRUE(said.status.ok()) << said.status;
    EXPECT_EQ(said.turn, turn);
  }
  const auto stored = Read(battle);
  ASSERT_EQ(stored->turns_size(), 3);
  EXPECT_EQ(stored->turns(2).prompt(), "What is 3 + 1?");
  EXPECT_NE(stored->turns(2).left().text(), "");
}

TEST_F(GatewayStreamingTest, DirectModeHasOneSide) {
  const BattleId battle = AddBattle(AddModel("juniper-large"), 0, BattleMode::kDirect);
  const Transcript said = Stream(Ask(battle));
  EXPECT_TRUE(said.status.ok()) << said.status;
  EXPECT_EQ(said.end.size(), 1u);
  EXPECT_EQ(said.end.at(v1::SIDE_LEFT), v1::SIDE_END_COMPLETE);
  EXPECT_FALSE(Read(battle)->turns(0).has_right());
}

TEST_F(GatewayStreamingTest, NamesAreToldAfterTheRevealAndNotBefore) {
  const BattleId battle = AddBattle("juniper-large", "aspen-chat");
  const Transcript said = Stream(Ask(battle));
  EXPECT_THAT(said.everything, Not(HasSubstr("secret-name")));
  const auto blind = Read(battle);
  EXPECT_FALSE(blind->has_models());
  EXPECT_THAT(blind->SerializeAsString(), Not(HasSubstr("secret-name")));
  InsertVoteClaim(admin_, battle);
  EXPECT_EQ(Read(battle)->models().left(), "secret-name-1");
  EXPECT_EQ(Read(battle)->models().right(), "secret-name-2");
  // And the two may be talked to further.
  EXPECT_TRUE(Stream(Ask(battle)).status.ok());
}

TEST_F(GatewayStreamingTest, CallsThatCannotBeAnsweredSayWhy) {
  const BattleId battle = AddBattle("juniper-large", "aspen-chat");
  const BattleId foreign(NewId()), expired(NewId());
  InsertBattle(admin_, {.id = foreign, .frontend = "somebody-else"});
  InsertBattle(admin_, {.id = expired, .expire_time = absl::Now() - absl::Seconds(1)});
  auto bad_battle = Ask(battle), bad_request = Ask(battle);
  bad_battle.set_battle_id("42");
  bad_request.set_request_id("42");
  EXPECT_EQ(ReasonOf(Stream(bad_battle).status), "FIELD_INVALID");
  EXPECT_EQ(ReasonOf(Stream(bad_request).status), "REQUEST_ID_INVALID");
  EXPECT_EQ(ReasonOf(Stream(Ask(battle, " \n")).status), "FIELD_INVALID");
  EXPECT_EQ(ReasonOf(Stream(Ask(battle, std::string(limits::kPromptBytes + 1, 'x'))).status),
            "FIELD_INVALID");
  EXPECT_EQ(ReasonOf(Stream(Ask(BattleId(NewId()))).status), "BATTLE_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Stream(Ask(foreign)).status), "BATTLE_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Read(foreign).status()), "BATTLE_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Stop(foreign, 1)), "BATTLE_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Stream(Ask(expired)).status), "BATTLE_EXPIRED");
  EXPECT_EQ(ReasonOf(Stop(battle, 1)), "TURN_UNKNOWN");
  EXPECT_EQ(ReasonOf(Stop(battle, 0)), "TURN_UNKNOWN");
  EXPECT_EQ(ReasonOf(Stop(battle, 1, static_cast<v1::Side>(7))), "FIELD_INVALID");
  EXPECT_EQ(demo_->GetStats().Total().requests, 0);
}

TEST_F(GatewayStreamingTest, StoppingWhatHasEndedIsNoError) {
  const BattleId battle = AddBattle("juniper-large", "aspen-chat");
  ASSERT_TRUE(Stream(Ask(battle)).status.ok());
  EXPECT_TRUE(Stop(battle, 1).ok());
  EXPECT_EQ(Facts(battle, "end_state"), "1");
}

TEST_F(GatewayStreamingTest, MoreStreamsThanAllowedAreRefusedAndRoomComesBack) {
  const size_t replica = AddReplica([](Options& options) { options.max_streams = 1; });
  const int stalling = AddModel("juniper-large!stall-after=1"), other = AddModel("aspen-chat");
  const BattleId battle = AddBattle(stalling, other);
  ReplyCall call(stub(replica), Ask(battle));
  ASSERT_TRUE(call.ReadUntilEnd(v1::SIDE_RIGHT));
  const absl::Status refused = Stream(Ask(AddBattle(other, other)), replica).status;
  EXPECT_EQ(ReasonOf(refused), "OVERLOADED");
  EXPECT_EQ(LimitOf(refused), "kConcurrentStreams");
  EXPECT_EQ(Metric("arena_limit_refusals_total{limit=\"kConcurrentStreams\"}", replica), 1);
  EXPECT_EQ(Metric("arena_gateway_streams_active", replica), 1);
  EXPECT_TRUE(Stop(battle, 1, v1::SIDE_UNSPECIFIED, replica).ok());
  EXPECT_TRUE(call.ReadAll().status.ok());
  // The place is given back just after the stream's end.
  const BattleId next = AddBattle(other, other);
  absl::Status status = Overloaded("");
  while (ReasonOf(status) == "OVERLOADED") status = Stream(Ask(next), replica).status;
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(GatewayStreamingTest, ARepeatThatNobodyReadsHoldsItsPlace) {
  const size_t replica = AddReplica([](Options& options) { options.max_streams = 1; });
  const BattleId other = AddBattle("aspen-chat", "birch-tiny");
  const v1::StreamRepliesRequest request = Ask(AddBattle("juniper-large!flood", "aspen-chat"));
  ASSERT_TRUE(Stream(request).status.ok());
  const auto slow_stub =
      v1::ModelGatewayService::NewStub(testing::SlowReaderChannel(gateway(replica).address()));
  grpc::ClientContext context;
  const auto unread = slow_stub->StreamReplies(&context, request);
  // It comes with the first event, which is larger than what may be under way unread.
  unread->WaitForInitialMetadata();
  EXPECT_EQ(LimitOf(Stream(Ask(other), replica).status), "kConcurrentStreams");
  context.TryCancel();
  absl::Status status = Overloaded("");
  while (ReasonOf(status) == "OVERLOADED") status = Stream(Ask(other), replica).status;
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(GatewayStreamingTest, ATurnHoldsItsPlaceUntilAllOfItIsRead) {
  const size_t replica = AddReplica([](Options& options) { options.max_streams = 1; });
  const BattleId other = AddBattle("aspen-chat", "birch-tiny");
  const auto slow_stub =
      v1::ModelGatewayService::NewStub(testing::SlowReaderChannel(gateway(replica).address()));
  // Somewhat more than what may be under way unread, so that all of it is gRPC's to send.
  ReplyCall unread(*slow_stub,
                   Ask(AddBattle("juniper-large!flood=36500", "aspen-chat!flood=36500")));
  WaitFor("select count(*) from arena.turn_facts", "2");
  const absl::Time latest = absl::Now() + absl::Seconds(10);
  while (Metric("arena_gateway_streams_active", replica) > 0 && absl::Now() < latest) continue;
  EXPECT_EQ(LimitOf(Stream(Ask(other), replica).status), "kConcurrentStreams");
  EXPECT_TRUE(unread.ReadAll().status.ok());
  absl::Status status = Overloaded("");
  while (ReasonOf(status) == "OVERLOADED") status = Stream(Ask(other), replica).status;
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(GatewayStreamingTest, AnUnreadTurnDoesNotHoldUpTheNextOne) {
  const BattleId battle = AddBattle("juniper-large!flood=100000", "aspen-chat!flood=100000");
  const auto slow_stub =
      v1::ModelGatewayService::NewStub(testing::SlowReaderChannel(gateway().address()));
  ReplyCall unread(*slow_stub, Ask(battle));
  WaitFor("select count(*) from arena.turn_facts", "2");
  const Transcript next = Stream(Ask(battle, "And then?"));
  EXPECT_TRUE(next.status.ok()) << next.status;
  EXPECT_EQ(next.turn, 2);
  EXPECT_GE(unread.ReadAll().text.at(v1::SIDE_LEFT).size(), 100'000u);
}

TEST_F(GatewayStreamingTest, OtherPromptUnderARequestIdThatIsBeingStartedIsRefused) {
  v1::StreamRepliesRequest request = Ask(AddBattle("juniper-large", "aspen-chat"));
  pqxx::connection connection(database_.conninfo());
  pqxx::work lock(connection);
  // It can be read, but nothing added.
  lock.exec("lock table arena.turn_starts in share mode");
  ReplyCall first(stub(), request);
  WaitForMetric("arena_gateway_streams_active", 1);
  EXPECT_EQ(ReasonOf(Stream(request).status), "STREAM_ELSEWHERE");
  request.set_prompt("something else");
  EXPECT_EQ(ReasonOf(Stream(request).status), "REQUEST_ID_REUSED");
  lock.commit();
  EXPECT_TRUE(first.ReadAll().status.ok());
}

TEST_F(GatewayStreamingTest, SlowReaderMakesTheProviderWaitAndGetsAllInTheEnd) {
  const BattleId battle = AddBattle("juniper-large!flood", "aspen-chat");
  const auto slow_stub = v1::ModelGatewayService::NewStub(
      testing::SlowReaderChannel(fmt::format("127.0.0.1:{}", gateway().port())));
  ReplyCall call(*slow_stub, Ask(battle));
  // Nobody reads: what waits is bounded, and so the provider is made to wait.
  WaitForMetric("arena_gateway_provider_pauses_total", 1);
  EXPECT_EQ(Facts(battle, "end_state"), "none");
  const Transcript& said = call.ReadAll();
  EXPECT_TRUE(said.status.ok()) << said.status;
  EXPECT_EQ(said.end.at(v1::SIDE_LEFT), v1::SIDE_END_LENGTH);
  EXPECT_EQ(said.end.at(v1::SIDE_RIGHT), v1::SIDE_END_COMPLETE);
  EXPECT_LE(said.text.at(v1::SIDE_LEFT).size(), limits::kReplyBytes);
  EXPECT_GT(said.text.at(v1::SIDE_LEFT).size(), limits::kReplyBytes - 4);
}

}  // namespace
}  // namespace arena::model_gateway
