#include "tools/arenactl/play/game.h"

#include <gtest/gtest.h>

#include <string_view>

#include "common/base/limits.h"

namespace arena::arenactl {
namespace {

void Type(Game& game, std::string_view text) {
  for (const char c : text) game.OnCharacter(std::string_view(&c, 1));
}

// A game in which both replies have ended.
Game Answered() {
  Game game;
  game.OnBattleMade();
  Type(game, "hi");
  game.OnKey(Key::kEnter);
  game.OnText(0, "hello");
  game.OnText(1, "good day");
  game.OnSideEnded(0, "");
  game.OnSideEnded(1, "broke off");
  game.OnTurnEnded();
  return game;
}

TEST(GameTest, WhatIsTypedIsSentOnEnter) {
  Game game;
  game.OnBattleMade();
  Type(game, "What is 2 + 2?");
  const auto action = game.OnKey(Key::kEnter);
  ASSERT_TRUE(action.has_value());
  EXPECT_EQ(std::get<SendPrompt>(*action).prompt, "What is 2 + 2?");
  EXPECT_EQ(game.phase(), Phase::kStreaming);
  EXPECT_EQ(game.typed(), "");
}

TEST(GameTest, NothingIsSentWithoutWords) {
  Game game;
  game.OnBattleMade();
  Type(game, "   ");
  EXPECT_FALSE(game.OnKey(Key::kEnter).has_value());
  EXPECT_EQ(game.phase(), Phase::kPrompt);
}

TEST(GameTest, BackspaceTakesAWholeCharacter) {
  Game game;
  game.OnBattleMade();
  Type(game, "a");
  game.OnCharacter("ü");
  game.OnKey(Key::kBackspace);
  EXPECT_EQ(game.typed(), "a");
  game.OnKey(Key::kBackspace);
  game.OnKey(Key::kBackspace);
  EXPECT_EQ(game.typed(), "");
}

TEST(GameTest, APromptGrowsNoLongerThanTheServersTake) {
  Game game;
  game.OnBattleMade();
  for (size_t i = 0; i < limits::kPromptBytes + 10; ++i) game.OnCharacter("x");
  EXPECT_EQ(game.typed().size(), limits::kPromptBytes);
}

TEST(GameTest, VoteKeysWorkOnlyWhenBothHaveEnded) {
  Game game;
  game.OnBattleMade();
  Type(game, "hi");
  game.OnKey(Key::kEnter);
  EXPECT_FALSE(game.OnCharacter("1").has_value());
  game.OnTurnEnded();
  EXPECT_FALSE(game.OnCharacter("5").has_value());
  EXPECT_EQ(std::get<CastVote>(*game.OnCharacter("4")).choice, 3);
  EXPECT_FALSE(game.OnCharacter("1").has_value()) << "one vote is enough";
}

TEST(GameTest, NoNameIsKnownBeforeTheVote) {
  const Game game = Answered();
  EXPECT_EQ(game.columns()[0].name, "");
  EXPECT_EQ(game.columns()[1].name, "");
}

TEST(GameTest, AfterTheRevealOneMayGoOnStartAnewOrLeave) {
  Game game = Answered();
  game.OnCharacter("1");
  game.OnVoted("alder", "birch", "Vote 7 is in the log.");
  EXPECT_EQ(game.columns()[1].name, "birch");
  EXPECT_TRUE(std::holds_alternative<Quit>(*game.OnCharacter("q")));
  game.OnCharacter("c");
  EXPECT_EQ(game.phase(), Phase::kPrompt);
  Type(game, "more");
  game.OnKey(Key::kEnter);
  EXPECT_EQ(game.columns()[0].name, "alder") << "the names stay";
  game.OnTurnEnded();
  EXPECT_EQ(game.phase(), Phase::kRevealed) << "the names are known, nothing is left to vote on";
  EXPECT_TRUE(std::holds_alternative<MakeBattle>(*game.OnCharacter("n")));
  EXPECT_EQ(game.columns()[0].name, "");
}

TEST(GameTest, AFailureIsShownAndTheStepCanBeTriedAgain) {
  Game game;
  game.OnFailed("matchmaker is away.");
  EXPECT_NE(game.Help().find("matchmaker is away."), std::string::npos);
  EXPECT_TRUE(std::holds_alternative<MakeBattle>(*game.OnKey(Key::kEnter)));
  game = Answered();
  game.OnCharacter("2");
  game.OnFailed("vote-ingest is away.");
  EXPECT_EQ(game.phase(), Phase::kChoosing);
  EXPECT_EQ(std::get<CastVote>(*game.OnCharacter("2")).choice, 1);
}

TEST(GameTest, CtrlCLeavesFromEveryPhase) {
  Game game;
  EXPECT_TRUE(std::holds_alternative<Quit>(*game.OnKey(Key::kInterrupt)));
  game = Answered();
  EXPECT_TRUE(std::holds_alternative<Quit>(*game.OnKey(Key::kInterrupt)));
}

}  // namespace
}  // namespace arena::arenactl
