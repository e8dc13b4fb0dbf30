#include "services/model-gateway/core/turn_rules.h"

#include "common/base/errors.h"
#include "common/base/limits.h"

namespace arena::model_gateway {
namespace {

constexpr char kFrontend[] = "web";

absl::Time Now() { return absl::FromUnixSeconds(1'700'000'000); }

Uuid Id(uint8_t number) { return Uuid(Uuid::Bytes{number}); }

StoredTurn Turn(int number, std::optional<SideEnd> left, std::optional<SideEnd> right) {
  StoredTurn turn{.turn = number,
                  .request_id = Id(static_cast<uint8_t>(number)),
                  .prompt_digest = Sha256("prompt " + std::to_string(number)),
                  .deadline = Now() + absl::Minutes(1)};
  if (left.has_value()) turn.left = StoredReply{*left, "left"};
  if (right.has_value()) turn.right = StoredReply{*right, "right"};
  return turn;
}

Conversation Battle(std::vector<StoredTurn> turns) {
  return {.frontend = kFrontend,
          .expire_time = Now() + absl::Hours(1),
          .left_model = ModelId{1},
          .right_model = ModelId{2},
          .turns = std::move(turns)};
}

// "start N", "replay N" or the reason.
std::string Decide(const Conversation& conversation, uint8_t request, const std::string& prompt,
                   const char* frontend = kFrontend, absl::Time now = Now()) {
  const auto decision = DecideTurn(conversation, {frontend, Id(request), Sha256(prompt)}, now);
  if (!decision.ok()) return ReasonOf(decision.status());
  return (decision->is_replay ? "replay " : "start ") + std::to_string(decision->turn);
}

constexpr auto kDone = SideEnd::kComplete;

TEST(TurnRulesTest, FirstTurnStartsAnOpenBattle) {
  EXPECT_EQ(Decide(Battle({}), 9, "hi"), "start 1");
}

TEST(TurnRulesTest, AnotherFrontendFindsNoBattle) {
  EXPECT_EQ(Decide(Battle({}), 9, "hi", "mobile"), "BATTLE_NOT_FOUND");
  EXPECT_EQ(Decide(Battle({Turn(1, kDone, kDone)}), 1, "prompt 1", "mobile"), "BATTLE_NOT_FOUND");
}

TEST(TurnRulesTest, NextTurnNeedsFullRepliesOnBothSides) {
  EXPECT_EQ(Decide(Battle({Turn(1, kDone, SideEnd::kLength)}), 9, "hi"), "start 2");
  for (const SideEnd end : {SideEnd::kFiltered, SideEnd::kTruncated, SideEnd::kFailed,
                            SideEnd::kTimedOut, SideEnd::kCancelled}) {
    EXPECT_EQ(Decide(Battle({Turn(1, kDone, end)}), 9, "hi"), "CONVERSATION_BROKEN");
    EXPECT_EQ(Decide(Battle({Turn(1, end, kDone)}), 9, "hi"), "CONVERSATION_BROKEN");
  }
}

TEST(TurnRulesTest, UnfinishedTurnBlocksUntilItsDeadlineAndHasFailedAfter) {
  const Conversation battle = Battle({Turn(1, kDone, std::nullopt)});
  EXPECT_EQ(Decide(battle, 9, "hi"), "TURN_IN_PROGRESS");
  const absl::Time deadline = battle.turns[0].deadline;
  EXPECT_EQ(Decide(battle, 9, "hi", kFrontend, deadline), "TURN_IN_PROGRESS");
  EXPECT_EQ(Decide(battle, 9, "hi", kFrontend, deadline + absl::Seconds(1)), "CONVERSATION_BROKEN");
}

TEST(TurnRulesTest, DirectModeHasOneSide) {
  Conversation battle = Battle({Turn(1, kDone, std::nullopt)});
  battle.right_model.reset();
  EXPECT_EQ(Decide(battle, 9, "hi"), "start 2");
}

TEST(TurnRulesTest, RevealedBattleMayGoOn) {
  Conversation battle = Battle({Turn(1, kDone, kDone)});
  battle.is_revealed = true;
  EXPECT_EQ(Decide(battle, 9, "hi"), "start 2");
}

TEST(TurnRulesTest, ExpiredBattleTakesNoTurnButRepeatsOldOnes) {
  const Conversation battle = Battle({Turn(1, kDone, kDone)});
  EXPECT_EQ(Decide(battle, 9, "hi", kFrontend, battle.expire_time), "BATTLE_EXPIRED");
  EXPECT_EQ(Decide(battle, 1, "prompt 1", kFrontend, battle.expire_time), "replay 1");
}

TEST(TurnRulesTest, RepeatOfARequestReplaysItsTurn) {
  const Conversation battle = Battle({Turn(1, kDone, kDone), Turn(2, kDone, SideEnd::kFailed)});
  EXPECT_EQ(Decide(battle, 1, "prompt 1"), "replay 1");
  EXPECT_EQ(Decide(battle, 2, "prompt 2"), "replay 2");
  EXPECT_EQ(Decide(battle, 2, "another prompt"), "REQUEST_ID_REUSED");
}

TEST(TurnRulesTest, RepeatOfAnUnfinishedTurnIsElsewhereUntilItsDeadline) {
  const Conversation battle = Battle({Turn(1, std::nullopt, kDone)});
  EXPECT_EQ(Decide(battle, 1, "prompt 1"), "STREAM_ELSEWHERE");
  EXPECT_EQ(Decide(battle, 1, "prompt 1", kFrontend, Now() + absl::Minutes(2)), "replay 1");
}

TEST(TurnRulesTest, ABattleHasSoManyTurnsAndNoMore) {
  std::vector<StoredTurn> turns;
  for (int i = 1; i < limits::kTurnsPerBattle; ++i) turns.push_back(Turn(i, kDone, kDone));
  EXPECT_EQ(Decide(Battle(turns), 99, "hi"), "start 20");
  turns.push_back(Turn(limits::kTurnsPerBattle, kDone, kDone));
  EXPECT_EQ(Decide(Battle(turns), 99, "hi"), "TOO_MANY_TURNS");
}

TEST(CheckPromptTest, TakesTextAndRefusesWhatIsNone) {
  EXPECT_TRUE(CheckPrompt("hi").ok());
  EXPECT_TRUE(CheckPrompt(std::string(limits::kPromptBytes, 'a')).ok());
  EXPECT_TRUE(CheckPrompt("\u200B").ok()) << "a joiner is no white space";
  for (const std::string& prompt :
       {std::string(), std::string(" \t\r\n"), std::string("\u3000\u00A0 "),
        std::string("\u0085\u1680\u2000\u200A\u2028\u2029\u202F\u205F"),
        std::string(limits::kPromptBytes + 1, 'a'), std::string("a\0b", 3), std::string("\xFF")}) {
    EXPECT_EQ(ReasonOf(CheckPrompt(prompt)), "FIELD_INVALID") << prompt.size();
  }
  EXPECT_EQ(LimitOf(CheckPrompt(std::string(limits::kPromptBytes + 1, 'a'))), "kPromptBytes");
}

}  // namespace
}  // namespace arena::model_gateway
