// Before the vote nothing that leaves a service names a model or lets it be inferred, whatever
// state the battle is in and whatever its providers do.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "common/base/errors.h"
#include "common/rpc/grpc_status.h"
#include "tests/e2e/arena_client.h"
#include "tests/e2e/crash_checks.h"
#include "tests/e2e/eavesdropper.h"
#include "tests/e2e/faults.h"
#include "tests/support/arena_cluster.h"
#include "tools/demo-models/questions/profiles.h"

namespace arena::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class BlindnessJourney : public ::testing::Test {
 protected:
  void SetUp() override { StartCluster({.demo_flags = {"--faults"}}); }

  void StartCluster(ClusterOptions options) {
    auto started = ArenaCluster::Start(std::move(options));
    ASSERT_TRUE(started.ok()) << started.status();
    cluster_ = *std::move(started);
    client_ = std::make_unique<Eavesdropper>(*cluster_);
  }

  // Applies the demonstration models again, with texts in their file replaced.
  void ApplyChanged(const std::vector<std::pair<absl::string_view, std::string>>& replacements) {
    const std::string port =
        cluster_->demo_address().substr(cluster_->demo_address().rfind(':') + 1);
    std::string file = ReadFile(ARENA_SOURCE "/tools/demo-models/models.yaml");
    absl::StrReplaceAll(replacements, &file);
    absl::StrReplaceAll({{"${ARENA_DEMO_PORT}", port}}, &file);
    WriteFile(cluster_->PathOf("models.yaml"), file);
    const auto applied = cluster_->Arenactl({"models", "apply", cluster_->PathOf("models.yaml")});
    ASSERT_EQ(applied.exit_code, 0) << applied.err;
  }

  std::string CreateBattle(v1::BattleMode mode = v1::BATTLE_MODE_ANONYMOUS,
                           const std::vector<std::string>& names = {}) {
    v1::CreateBattleRequest request;
    request.set_request_id(NewRequestId());
    request.set_mode(mode);
    for (const std::string& name : names) request.add_model_names(name);
    return client_->CreateBattle(request);
  }

  static v1::StreamRepliesRequest Ask(const std::string& battle_id,
                                      const std::string& prompt = "What is 17 + 26?") {
    v1::StreamRepliesRequest request;
    request.set_battle_id(battle_id);
    request.set_request_id(NewRequestId());
    request.set_prompt(prompt);
    return request;
  }

  // Asks around and expects that nothing so far gave anything away.
  void ExpectBlind(const std::string& battle_id) {
    client_->AskAround(battle_id);
    EXPECT_FALSE(client_->GetBattle(battle_id).has_models());
    EXPECT_FALSE(client_->GetConversation(battle_id).has_models());
    const std::vector<std::string> words = TellingWords(*cluster_);
    EXPECT_THAT(WordsIn(client_->heard(), words), IsEmpty());
    for (const char* service : kServices) {
      const std::string page = absl::AsciiStrToLower(MetricsPage(*cluster_, service));
      EXPECT_THAT(page, HasSubstr("arena_build_info{")) << service;
      EXPECT_THAT(WordsIn(page, words), IsEmpty()) << service;
    }
  }

  // A battle whose models all misbehave alike.
  void ExpectBlindIn(const std::string& fault) {
    SCOPED_TRACE(fault);
    ArmAll(*cluster_, fault, 4);
    const std::string battle_id = CreateBattle();
    (void)client_->Stream(Ask(battle_id));
    const auto conversation = client_->GetConversation(battle_id);
    ASSERT_EQ(conversation.turns_size(), 1);
    // Both sides fared alike: which of them it hit says nothing either.
    EXPECT_EQ(conversation.turns(0).left().end(), conversation.turns(0).right().end());
    ExpectBlind(battle_id);
    (void)client_->Stream(Ask(battle_id, "and now?"));
    ExpectBlind(battle_id);
  }

  v1::CastVoteResponse Vote(const std::string& battle_id, int turn = 1) {
    v1::CastVoteRequest vote;
    vote.set_battle_id(battle_id);
    vote.set_turn(turn);
    vote.set_choice(v1::CHOICE_LEFT);
    v1::CastVoteResponse receipt;
    const grpc::Status status =
        client_->Call(*client_->votes, &v1::VoteService::Stub::CastVote, vote, receipt);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return receipt;
  }

  std::unique_ptr<ArenaCluster> cluster_;
  std::unique_ptr<Eavesdropper> client_;
};

// Adds the names of all fields of a message and of the messages in it.
void CollectFields(const google::protobuf::Descriptor& message, std::set<std::string>& fields) {
  for (int i = 0; i < message.field_count(); ++i) {
    const auto& field = *message.field(i);
    const bool is_new = fields.insert(fmt::format("{}.{}", message.name(), field.name())).second;
    if (is_new && field.message_type() != nullptr) CollectFields(*field.message_type(), fields);
  }
}

// A number or a state tells a model as well as a name does, and no search for words would find it:
// whoever adds a field to these answers has to say here what it tells.
TEST(BlindAnswers, HoldNoFieldThatIsNotNamedHere) {
  std::set<std::string> fields;
  for (const google::protobuf::Descriptor* answer :
       {v1::CreateBattleResponse::descriptor(), v1::GetBattleResponse::descriptor(),
        v1::StreamRepliesResponse::descriptor(), v1::StopRepliesResponse::descriptor(),
        v1::GetConversationResponse::descriptor()}) {
    CollectFields(*answer, fields);
  }
  EXPECT_THAT(fields, UnorderedElementsAre(
                          // Which battle it is, when it was made, and how far it has come.
                          "CreateBattleResponse.battle", "GetBattleResponse.battle",
                          "GetConversationResponse.battle_id", "Battle.battle_id", "Battle.mode",
                          "Battle.state", "Battle.turn_count", "Battle.create_time",
                          "Battle.expire_time", "Timestamp.seconds", "Timestamp.nanos",
                          // Which turn and side something belongs to, and how a side ended.
                          "StreamRepliesResponse.side", "StreamRepliesResponse.sequence",
                          "StreamRepliesResponse.turn", "StreamRepliesResponse.delta",
                          "StreamRepliesResponse.finished", "SideFinished.end",
                          "GetConversationResponse.turns", "ConversationTurn.turn",
                          "ConversationTurn.left", "ConversationTurn.right", "SideReply.end",
                          // What was said.
                          "ConversationTurn.prompt", "TextDelta.text", "SideReply.text",
                          // Of battles that are revealed, as those with a vote are.
                          "Battle.models", "GetConversationResponse.models", "BattleModels.left",
                          "BattleModels.right", "Battle.votes", "BattleVote.turn",
                          "BattleVote.choice", "BattleVote.position"));
}

TEST_F(BlindnessJourney, NothingBeforeTheVoteNamesAModelAndTheReceiptNamesBoth) {
  const std::string battle_id = CreateBattle();
  ExpectBlind(battle_id);
  ASSERT_TRUE(client_->Stream(Ask(battle_id)).ok());
  EXPECT_FALSE(client_->text(0).empty());
  EXPECT_FALSE(client_->text(1).empty());
  ASSERT_TRUE(client_->Stream(Ask(battle_id, "What is the capital of France?")).ok());
  ExpectBlind(battle_id);

  const v1::CastVoteResponse receipt = Vote(battle_id, 2);
  EXPECT_NE(demo::FindProfile(receipt.models().left()), nullptr);
  EXPECT_NE(demo::FindProfile(receipt.models().right()), nullptr);
  EXPECT_NE(receipt.models().left(), receipt.models().right());
  // Prompts and replies are nobody's business in a log.
  for (const char* service : kServices) {
    const std::string log = ReadFile(cluster_->PathOf(std::string(service) + "-0.log"));
    EXPECT_THAT(log, HasSubstr("\"level\"")) << service;
    EXPECT_THAT(log, Not(HasSubstr("17 + 26"))) << service;
    EXPECT_THAT(log, Not(HasSubstr("capital of France"))) << service;
  }
  // The words are those by which a leak would be found.
  EXPECT_GE(WordsIn(client_->heard(), TellingWords(*cluster_)).size(), 2u);
}

TEST_F(BlindnessJourney, WhileItStreamsAndWithOneSideEndedNothingIsGivenAway) {
  ArmAll(*cluster_, "stall-after=1", 1);
  const std::string battle_id = CreateBattle();
  const auto first = Ask(battle_id);
  std::vector<std::string> refusals;
  std::vector<v1::BattleState> states;
  int deltas = 0;
  const auto look = [&] {
    states.push_back(client_->GetBattle(battle_id).state());
    refusals.push_back(ReasonOf(rpc::FromGrpcStatus(client_->Stream(first))));
    refusals.push_back(ReasonOf(rpc::FromGrpcStatus(client_->Stream(Ask(battle_id)))));
    ExpectBlind(battle_id);
  };
  const grpc::Status status = client_->Stream(first, [&](const auto& event) {
    if (event.has_delta() && ++deltas == 2) {
      look();
      EXPECT_TRUE(client_->Stop(battle_id, v1::SIDE_LEFT).ok());
    } else if (event.has_finished() && event.side() == v1::SIDE_LEFT) {
      look();
      EXPECT_TRUE(client_->Stop(battle_id, v1::SIDE_RIGHT).ok());
    }
  });
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_THAT(states, ElementsAre(v1::BATTLE_STATE_ANSWERING, v1::BATTLE_STATE_ANSWERING));
  EXPECT_THAT(refusals, ElementsAre("STREAM_ELSEWHERE", "TURN_IN_PROGRESS", "STREAM_ELSEWHERE",
                                    "TURN_IN_PROGRESS"));
  EXPECT_EQ(client_->GetBattle(battle_id).state(), v1::BATTLE_STATE_ANSWERED);
  ExpectBlind(battle_id);
}

// Failures are where names leak: what a provider says about its error holds model, key and address.
TEST_F(BlindnessJourney, NoFaultOfAProviderGivesAnythingAway) {
  // All that change the stream; "leak-identity" is about what a model says, and "drip" and "stamp"
  // about when.
  for (const std::string fault :
       {"http=500",          "http=401",        "http=429",        "not-json",     "cut-after=0",
        "cut-after=1",       "end-after=0",     "end-after=1",     "no-done",      "error-after=0",
        "error-after=1",     "garbage-after=0", "garbage-after=1", "invalid-utf8", "flood=300000",
        "huge-line=2000000", "fragment=1",      "quirks",          "empty",        "length",
        "content-filter"}) {
    ExpectBlindIn(fault);
  }
}

TEST_F(BlindnessJourney, NoStallOfAProviderGivesAnythingAway) {
  ApplyChanged({{"first_token_timeout_ms: 10000", "first_token_timeout_ms: 1000"},
                {"total_timeout_ms: 60000", "total_timeout_ms: 1500"}});
  for (const std::string fault : {"stall-before-headers", "stall-before-first", "stall-after=1"}) {
    ExpectBlindIn(fault);
  }
}

TEST_F(BlindnessJourney, ProvidersThatCannotBeReachedAreNotNamed) {
  // Nobody listens on port 1.
  ApplyChanged({{"${ARENA_DEMO_PORT}", "1"}});
  const std::string battle_id = CreateBattle();
  (void)client_->Stream(Ask(battle_id));
  EXPECT_EQ(client_->GetConversation(battle_id).turns(0).left().end(), v1::SIDE_END_FAILED);
  ExpectBlind(battle_id);
}

TEST_F(BlindnessJourney, ASideThatWasDrawnAgainLooksLikeAnyOther) {
  // Half of the models fail before their first token, and others take their places.
  for (const size_t i : {0, 2, 4}) Arm(*cluster_, demo::kProfiles[i].name, "http=500", 1'000);
  int complete_redraws = 0;
  for (int i = 0; i < 40 && complete_redraws < 3; ++i) {
    const std::string battle_id = CreateBattle();
    std::vector<int64_t> sequences[2];
    ASSERT_TRUE(client_
                    ->Stream(Ask(battle_id),
                             [&](const auto& event) {
                               sequences[event.side() == v1::SIDE_RIGHT ? 1 : 0].push_back(
                                   event.sequence());
                             })
                    .ok());
    ExpectBlind(battle_id);
    for (const auto& side : sequences) {
      for (size_t n = 0; n < side.size(); ++n) EXPECT_EQ(side[n], static_cast<int64_t>(n) + 1);
    }
    const auto turn = client_->GetConversation(battle_id).turns(0);
    const bool is_complete =
        turn.left().end() == v1::SIDE_END_COMPLETE && turn.right().end() == v1::SIDE_END_COMPLETE;
    const int64_t draws = QueryNumber(
        *cluster_,
        fmt::format("select count(*) from arena.draws where battle_id = '{}'", battle_id));
    if (is_complete && draws > 1) ++complete_redraws;
  }
  EXPECT_EQ(complete_redraws, 3) << "the redraws must show in the database";
}

TEST_F(BlindnessJourney, AnExpiredBattleKeepsItsSecret) {
  StartCluster({.service_flags = {{"matchmaker", {"--battle-lifetime", "2s"}}}});
  const std::string battle_id = CreateBattle();
  (void)client_->Stream(Ask(battle_id));
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (client_->GetBattle(battle_id).state() != v1::BATTLE_STATE_EXPIRED) {
    ASSERT_LT(absl::Now(), deadline);
  }
  EXPECT_EQ(ReasonOf(rpc::FromGrpcStatus(client_->Stream(Ask(battle_id)))), "BATTLE_EXPIRED");
  v1::CastVoteRequest vote;
  vote.set_battle_id(battle_id);
  vote.set_turn(1);
  vote.set_choice(v1::CHOICE_LEFT);
  v1::CastVoteResponse receipt;
  EXPECT_EQ(ReasonOf(rpc::FromGrpcStatus(
                client_->Call(*client_->votes, &v1::VoteService::Stub::CastVote, vote, receipt))),
            "BATTLE_EXPIRED");
  ExpectBlind(battle_id);
}

// Here the user named the models; of others, and of where any of them is served, nothing is said.
TEST_F(BlindnessJourney, NamedBattlesTellNoMoreThanTheirNames) {
  const std::vector<std::string> names = {"juniper-large", "aspen-chat"};
  ArmAll(*cluster_, "error-after=1", 1);
  for (const auto& [mode, count] :
       {std::pair(v1::BATTLE_MODE_SIDE_BY_SIDE, 2), std::pair(v1::BATTLE_MODE_DIRECT, 1)}) {
    for (int i = 0; i < 2; ++i) {
      const std::string battle_id = CreateBattle(mode, {names.begin(), names.begin() + count});
      (void)client_->Stream(Ask(battle_id));
      client_->AskAround(battle_id);
      EXPECT_EQ(client_->GetBattle(battle_id).models().left(), names[0]);
    }
  }
  EXPECT_THAT(WordsIn(client_->heard(), TellingWords(*cluster_, names)), IsEmpty());
}

// Otherwise one could read off the boards who has just been drawn.
TEST_F(BlindnessJourney, PublicAnswersDoNotChangeUntilTheVote) {
  const std::string voted = CreateBattle();
  ASSERT_TRUE(client_->Stream(Ask(voted)).ok());
  const int64_t position = Vote(voted).position();
  const auto covered = [&](v1::RatingMethod method, bool style_control) {
    v1::GetLeaderboardRequest request;
    request.set_method(method);
    request.set_style_control(style_control);
    v1::GetLeaderboardResponse board;
    (void)client_->Call(*client_->leaderboards, &v1::LeaderboardService::Stub::GetLeaderboard,
                        request, board);
    return board.leaderboard().snapshot().position() >= position;
  };
  // In every series, so that nothing of this vote is published later.
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (!covered(v1::RATING_METHOD_BRADLEY_TERRY, false) ||
         !covered(v1::RATING_METHOD_BRADLEY_TERRY, true) ||
         !covered(v1::RATING_METHOD_ELO, false)) {
    ASSERT_LT(absl::Now(), deadline);
  }

  const std::string before = client_->PublicAnswers();
  const std::string battle_id = CreateBattle();
  EXPECT_EQ(client_->PublicAnswers(), before);
  ASSERT_TRUE(client_->Stream(Ask(battle_id)).ok());
  EXPECT_EQ(client_->PublicAnswers(), before);
  Vote(battle_id);
  EXPECT_NE(client_->PublicAnswers(), before) << "a vote does change them";
}

}  // namespace
}  // namespace arena::testing
