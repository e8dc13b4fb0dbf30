#include <gtest/gtest.h>

#include "tools/arenactl/simulate/voter.h"

namespace arena::arenactl {
namespace {

v1::StreamRepliesResponse Delta(v1::Side side, int64_t sequence, const std::string& text) {
  v1::StreamRepliesResponse event;
  event.set_side(side);
  event.set_sequence(sequence);
  event.mutable_delta()->set_text(text);
  return event;
}

v1::StreamRepliesResponse End(v1::Side side, int64_t sequence) {
  v1::StreamRepliesResponse event;
  event.set_side(side);
  event.set_sequence(sequence);
  event.mutable_finished()->set_end(v1::SIDE_END_COMPLETE);
  return event;
}

TEST(ReplyCollectorTest, SidesInterleaveAndTheirTextsAreJoined) {
  ReplyCollector replies;
  for (const auto& event :
       {Delta(v1::SIDE_LEFT, 1, "4"), Delta(v1::SIDE_RIGHT, 1, "for"),
        Delta(v1::SIDE_RIGHT, 2, "ty"), Delta(v1::SIDE_LEFT, 2, "2"), End(v1::SIDE_LEFT, 3)}) {
    EXPECT_TRUE(replies.Add(event).ok());
  }
  EXPECT_FALSE(replies.CheckEnded().ok());
  EXPECT_TRUE(replies.Add(End(v1::SIDE_RIGHT, 3)).ok());
  EXPECT_TRUE(replies.CheckEnded().ok());
  EXPECT_EQ(replies.left(), "42");
  EXPECT_EQ(replies.right(), "forty");
}

TEST(ReplyCollectorTest, AGapInASideIsABrokenPromise) {
  ReplyCollector replies;
  EXPECT_TRUE(replies.Add(Delta(v1::SIDE_LEFT, 1, "a")).ok());
  EXPECT_FALSE(replies.Add(Delta(v1::SIDE_LEFT, 3, "b")).ok());
}

TEST(ReplyCollectorTest, AnEventAfterTheTerminalOneIsABrokenPromise) {
  ReplyCollector replies;
  EXPECT_TRUE(replies.Add(End(v1::SIDE_LEFT, 1)).ok());
  EXPECT_FALSE(replies.Add(Delta(v1::SIDE_LEFT, 2, "b")).ok());
}

TEST(ReplyCollectorTest, AnEventWithoutSideIsABrokenPromise) {
  ReplyCollector replies;
  EXPECT_FALSE(replies.Add(Delta(v1::SIDE_UNSPECIFIED, 1, "a")).ok());
}

TEST(ChoiceByAnswerTest, TheRightAnswerWins) {
  EXPECT_EQ(ChoiceByAnswer("It is 43.", "It is 34.", "43"), v1::CHOICE_LEFT);
  EXPECT_EQ(ChoiceByAnswer("It is 34.", "43", "43"), v1::CHOICE_RIGHT);
  EXPECT_EQ(ChoiceByAnswer("43", "Surely 43!", "43"), v1::CHOICE_TIE);
  EXPECT_EQ(ChoiceByAnswer("143", "", "43"), v1::CHOICE_BOTH_BAD);
}

}  // namespace
}  // namespace arena::arenactl
