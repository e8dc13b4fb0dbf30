#include "services/model-gateway/core/utf8.h"

#include "tests/support/seed.h"
#include "tests/unit/model_gateway/cuts.h"

namespace arena::model_gateway {
namespace {

std::string Assemble(const std::vector<std::string>& pieces) {
  Utf8Assembler assembler;
  std::string text;
  for (const std::string& piece : pieces) {
    assembler.Append(piece, text);
    EXPECT_TRUE(IsCleanUtf8(text)) << "after a piece of " << piece.size() << " bytes";
  }
  assembler.Finish(text);
  return text;
}

struct Utf8Case {
  const char* name;
  std::string bytes;
  std::string text;
};

// The counts of U+FFFD are those of Unicode 15, table 3-8: one for each maximal broken part.
const Utf8Case kUtf8Cases[] = {
    {"Ascii", "plain", "plain"},
    {"TwoToFourByteCharacters", "é€😀", "é€😀"},
    {"NulIsReplaced", std::string("a\0b", 3), "a\uFFFDb"},
    {"LoneContinuation", "a\x80z", "a\uFFFDz"},
    {"OverlongSlash", "\xC0\xAF", "\uFFFD\uFFFD"},
    {"Surrogate", "\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},
    {"BeyondTheLastPlane", "\xF4\x91\x92\x93", "\uFFFD\uFFFD\uFFFD\uFFFD"},
    {"CutThenGoesOn", "\xE2\x82z", "\uFFFDz"},
    {"CutAtTheEnd", "ok \xF0\x9F\x98", "ok \uFFFD"},
    {"NeverUsedByte", "\xFF", "\uFFFD"},
};

TEST(Utf8AssemblerTest, BrokenPartsBecomeReplacementCharacters) {
  for (const Utf8Case& each : kUtf8Cases) EXPECT_EQ(Assemble({each.bytes}), each.text) << each.name;
}

TEST(Utf8AssemblerTest, AnyCutOfTheBytesGivesTheSameText) {
  SeededRandom random(testing::TestSeed());
  for (int round = 0; round < 500; ++round) {
    std::string bytes;
    for (int part = 0; part < 20; ++part)
      bytes += kUtf8Cases[random.Below(std::size(kUtf8Cases))].bytes;
    EXPECT_EQ(Assemble(CutAtRandom(bytes, 4, random)), Assemble({bytes}));
  }
}

TEST(Utf8AssemblerTest, RandomBytesAlwaysGiveCleanText) {
  SeededRandom random(testing::TestSeed());
  for (int round = 0; round < 500; ++round) {
    std::string bytes;
    for (int i = 0; i < 60; ++i) bytes += static_cast<char>(0x70 + random.Below(0x90));
    EXPECT_TRUE(IsCleanUtf8(Assemble(CutAtRandom(bytes, 5, random))));
  }
}

TEST(PrefixLengthTest, NeverCutsACharacter) {
  EXPECT_EQ(PrefixLength("a€b", 100), 5u);
  EXPECT_EQ(PrefixLength("a€b", 4), 4u);
  EXPECT_EQ(PrefixLength("a€b", 3), 1u);
  EXPECT_EQ(PrefixLength("a€b", 2), 1u);
  EXPECT_EQ(PrefixLength("€", 2), 0u);
}

}  // namespace
}  // namespace arena::model_gateway
