// What a careless or hostile client sends, and the code and reason that it is told: once through
// the whole system. The rules behind are tested one by one in unit and integration tests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/rpc/grpc_status.h"
#include "tests/e2e/arena_client.h"
#include "tests/e2e/eavesdropper.h"
#include "tests/e2e/faults.h"
#include "tests/support/arena_cluster.h"

namespace arena::testing {
namespace {

class BadInputJourney : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started = ArenaCluster::Start({.demo_flags = {"--faults"}});
    ASSERT_TRUE(started.ok()) << started.status();
    cluster_ = *std::move(started);
    client_ = std::make_unique<Eavesdropper>(*cluster_);
  }

  static v1::CreateBattleRequest Order() {
    v1::CreateBattleRequest request;
    request.set_request_id(NewRequestId());
    request.set_mode(v1::BATTLE_MODE_ANONYMOUS);
    return request;
  }

  static v1::StreamRepliesRequest Ask(const std::string& battle_id, const std::string& prompt) {
    v1::StreamRepliesRequest request;
    request.set_battle_id(battle_id);
    request.set_request_id(NewRequestId());
    request.set_prompt(prompt);
    return request;
  }

  // Code and reason of an answer, such as "INVALID_ARGUMENT FIELD_INVALID"; "OK" for a good one.
  static std::string Told(const grpc::Status& status) {
    if (status.ok()) return "OK";
    return std::string(rpc::CodeName(status.error_code())) + " " +
           ReasonOf(rpc::FromGrpcStatus(status));
  }

  std::string Creating(const v1::CreateBattleRequest& request) {
    v1::CreateBattleResponse response;
    return Told(client_->Call(*client_->matchmaker, &v1::MatchmakerService::Stub::CreateBattle,
                              request, response));
  }

  std::string Asking(const std::string& battle_id, const std::string& prompt) {
    return Told(client_->Stream(Ask(battle_id, prompt)));
  }

  std::string Voting(const std::string& battle_id, int turn, v1::Choice choice) {
    v1::CastVoteRequest vote;
    vote.set_battle_id(battle_id);
    vote.set_turn(turn);
    vote.set_choice(choice);
    v1::CastVoteResponse receipt;
    return Told(client_->Call(*client_->votes, &v1::VoteService::Stub::CastVote, vote, receipt));
  }

  std::unique_ptr<ArenaCluster> cluster_;
  std::unique_ptr<Eavesdropper> client_;
};

TEST_F(BadInputJourney, PromptsThatAreNone) {
  const std::string battle = client_->CreateBattle(Order());
  EXPECT_EQ(Asking(battle, ""), "INVALID_ARGUMENT FIELD_INVALID");
  EXPECT_EQ(Asking(battle, " \n\t"), "INVALID_ARGUMENT FIELD_INVALID");
  EXPECT_EQ(Asking(battle, std::string("a\0b", 3)), "INVALID_ARGUMENT FIELD_INVALID");
  EXPECT_EQ(Asking(battle, "\xff\xfe"), "INVALID_ARGUMENT REQUEST_UNREADABLE");
  const std::string longest(limits::kPromptBytes, 'a');
  EXPECT_EQ(Asking(battle, longest + "a"), "INVALID_ARGUMENT FIELD_INVALID");
  EXPECT_EQ(Asking(battle, std::string(limits::kMessageBytes, 'a')), "RESOURCE_EXHAUSTED ");
  EXPECT_EQ(client_->GetConversation(battle).turns_size(), 0) << "none of them began a turn";
  EXPECT_EQ(Asking(battle, longest), "OK");
}

TEST_F(BadInputJourney, BattlesThatAreNone) {
  const std::string unknown = NewRequestId();
  for (const auto& [battle, told] : {std::pair(unknown, "NOT_FOUND BATTLE_NOT_FOUND"),
                                     std::pair(std::string("42"), "INVALID_ARGUMENT FIELD_INVALID"),
                                     std::pair(std::string(), "INVALID_ARGUMENT FIELD_INVALID")}) {
    EXPECT_EQ(Asking(battle, "hello"), told) << battle;
    EXPECT_EQ(Voting(battle, 1, v1::CHOICE_LEFT), told) << battle;
    EXPECT_EQ(Told(client_->Stop(battle, v1::SIDE_LEFT)), told) << battle;
  }
}

TEST_F(BadInputJourney, VotesThatCannotBeCast) {
  const std::string battle = client_->CreateBattle(Order());
  EXPECT_EQ(Voting(battle, 1, v1::CHOICE_LEFT), "INVALID_ARGUMENT TURN_UNKNOWN");
  // Both begin, and neither ends by itself.
  ArmAll(*cluster_, "stall-after=1", 1);
  std::string early;
  const auto vote_early = [&](const auto& event) {
    if (!early.empty() || !event.has_delta()) return;
    early = Voting(battle, 1, v1::CHOICE_LEFT);
    EXPECT_TRUE(client_->Stop(battle, v1::SIDE_LEFT).ok());
    EXPECT_TRUE(client_->Stop(battle, v1::SIDE_RIGHT).ok());
  };
  EXPECT_TRUE(client_->Stream(Ask(battle, "hello"), vote_early).ok());
  EXPECT_EQ(early, "FAILED_PRECONDITION TURN_UNFINISHED");
  ArmAll(*cluster_, "stall-after=1", 0);
  const std::string other = client_->CreateBattle(Order());
  ASSERT_EQ(Asking(other, "hello"), "OK");
  ASSERT_EQ(Asking(other, "and now?"), "OK");
  EXPECT_EQ(Voting(other, 1, v1::CHOICE_LEFT), "FAILED_PRECONDITION TURN_NOT_LAST");
  EXPECT_EQ(Voting(other, 3, v1::CHOICE_LEFT), "INVALID_ARGUMENT TURN_UNKNOWN");
  EXPECT_EQ(Voting(other, 0, v1::CHOICE_LEFT), "INVALID_ARGUMENT FIELD_INVALID");
  EXPECT_EQ(Voting(other, limits::kTurnsPerBattle + 1, v1::CHOICE_LEFT),
            "INVALID_ARGUMENT FIELD_INVALID");
  EXPECT_EQ(Voting(other, 2, v1::CHOICE_UNSPECIFIED), "INVALID_ARGUMENT FIELD_INVALID");
  EXPECT_EQ(Voting(other, 2, static_cast<v1::Choice>(9)), "INVALID_ARGUMENT FIELD_INVALID");
  EXPECT_EQ(Voting(other, 2, v1::CHOICE_TIE), "OK");
  EXPECT_EQ(Voting(other, 2, v1::CHOICE_TIE), "OK") << "a repeat is no second vote";
  EXPECT_EQ(Voting(other, 2, v1::CHOICE_LEFT), "FAILED_PRECONDITION ALREADY_VOTED");
}

TEST_F(BadInputJourney, RequestIdsThatAreNoneOrUsed) {
  v1::CreateBattleRequest order = Order();
  const std::string battle = client_->CreateBattle(order);
  EXPECT_EQ(client_->CreateBattle(order), battle);
  order.set_mode(v1::BATTLE_MODE_DIRECT);
  order.add_model_names("juniper-large");
  EXPECT_EQ(Creating(order), "ALREADY_EXISTS REQUEST_ID_REUSED");
  order.set_request_id("42");
  EXPECT_EQ(Creating(order), "INVALID_ARGUMENT REQUEST_ID_INVALID");

  v1::StreamRepliesRequest ask = Ask(battle, "hello");
  EXPECT_EQ(Told(client_->Stream(ask)), "OK");
  EXPECT_EQ(Told(client_->Stream(ask)), "OK");
  EXPECT_EQ(client_->GetConversation(battle).turns_size(), 1);
  ask.set_prompt("another");
  EXPECT_EQ(Told(client_->Stream(ask)), "ALREADY_EXISTS REQUEST_ID_REUSED");
  ask.set_request_id("");
  EXPECT_EQ(Told(client_->Stream(ask)), "INVALID_ARGUMENT REQUEST_ID_INVALID");
}

}  // namespace
}  // namespace arena::testing
