#include "tools/arenactl/play/layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <clocale>
#include <string>

#include "common/base/random.h"
#include "tests/support/seed.h"

namespace arena::arenactl {
namespace {

using ::testing::ElementsAre;

class LayoutTest : public ::testing::Test {
 protected:
  LayoutTest() { std::setlocale(LC_CTYPE, "C.UTF-8"); }
  ~LayoutTest() override { std::setlocale(LC_CTYPE, "C"); }

  static Game WithReplies(const std::string& left, const std::string& right) {
    Game game;
    game.OnBattleMade();
    game.OnCharacter("x");
    game.OnKey(Key::kEnter);
    game.OnText(0, left);
    game.OnText(1, right);
    return game;
  }

  static std::string Text(const Frame& frame) {
    std::string text;
    for (const Frame::Row& row : frame.rows) text += row.text + "\n";
    return text;
  }
};

TEST_F(LayoutTest, LinesBreakAtSpaces) {
  EXPECT_THAT(Wrap("one two three", 8), ElementsAre("one two", "three"));
  EXPECT_THAT(Wrap("one two", 7), ElementsAre("one two"));
  EXPECT_THAT(Wrap("a\n\nb", 8), ElementsAre("a", "", "b"));
}

TEST_F(LayoutTest, AWordLongerThanALineIsCut) {
  EXPECT_THAT(Wrap("abcdefgh", 3), ElementsAre("abc", "def", "gh"));
}

TEST_F(LayoutTest, WideCharactersTakeTwoCells) {
  EXPECT_EQ(CellWidth("漢字"), 4);
  EXPECT_THAT(Wrap("漢字漢", 4), ElementsAre("漢字", "漢"));
}

TEST_F(LayoutTest, AWordMovedToTheNextLineMayLeaveNoRoomForAWideCharacter) {
  EXPECT_THAT(Wrap("a bcde漢", 5), ElementsAre("a", "bcde", "漢"));
}

TEST_F(LayoutTest, ControlCharactersDoNotReachTheTerminal) {
  EXPECT_THAT(Wrap("a\x1b[31mb\tc", 20), ElementsAre("a[31mb  c"));
}

TEST_F(LayoutTest, AWideTerminalShowsBothRepliesSideBySide) {
  const Frame frame = LayOut(WithReplies("from the left", "from the right"), 80, 24);
  bool shares_row = false;
  for (const Frame::Row& row : frame.rows) {
    shares_row |= row.text.find("from the left") != std::string::npos &&
                  row.text.find("from the right") != std::string::npos;
  }
  EXPECT_TRUE(shares_row);
}

TEST_F(LayoutTest, ANarrowTerminalStacksThem) {
  const Frame frame = LayOut(WithReplies("from the left", "from the right"), 40, 24);
  for (const Frame::Row& row : frame.rows) {
    EXPECT_FALSE(row.text.find("left") != std::string::npos &&
                 row.text.find("right") != std::string::npos);
  }
  EXPECT_NE(Text(frame).find("from the right"), std::string::npos);
}

TEST_F(LayoutTest, TheEndOfALongReplyIsInView) {
  std::string reply;
  for (int i = 0; i < 200; ++i) reply += "line " + std::to_string(i) + "\n";
  const std::string text = Text(LayOut(WithReplies(reply, "short"), 80, 24));
  EXPECT_NE(text.find("line 199"), std::string::npos);
  EXPECT_EQ(text.find("line 0\n"), std::string::npos);
}

TEST_F(LayoutTest, NoFrameIsLargerThanItsTerminal) {
  const uint64_t seed = arena::testing::TestSeed();
  SeededRandom random(seed);
  const std::string pieces[] = {"word ", "漢", "\n", "averyveryverylongword", "🙂 ", "x", "\t"};
  for (int round = 0; round < 300; ++round) {
    std::string left;
    std::string right;
    for (uint64_t i = random.Below(300); i > 0; --i) left += pieces[random.Below(7)];
    for (uint64_t i = random.Below(300); i > 0; --i) right += pieces[random.Below(7)];
    const int width = 20 + static_cast<int>(random.Below(140));
    const int height = 12 + static_cast<int>(random.Below(60));
    const Frame frame = LayOut(WithReplies(left, right), width, height);
    EXPECT_LE(frame.rows.size(), static_cast<size_t>(height)) << "seed " << seed;
    for (const Frame::Row& row : frame.rows) {
      EXPECT_LE(CellWidth(row.text), width) << "seed " << seed << ": " << row.text;
    }
  }
}

}  // namespace
}  // namespace arena::arenactl
