#include "services/model-gateway/core/style.h"

namespace arena::model_gateway {
namespace {

struct StyleCase {
  const char* name;
  const char* text;
  int headers;
  int list_items;
  int bold_spans;
};

constexpr StyleCase kStyleCases[] = {
    {"Plain", "Nothing to see.", 0, 0, 0},
    {"Headers", "# One\n###### Six\n####### Seven\n#hashtag\n  # indented", 2, 0, 0},
    {"Lists", "- a\n* b\n+ c\n  - deep\n1. d\n12) e\n-not\n1.not\n2024", 0, 6, 0},
    {"Bold", "**a** and __b__ and **c d**\n** not **** \n*i*", 0, 0, 4},
    {"BoldEndsInItsLine", "**open\nclosed**", 0, 0, 0},
    {"RuleIsNoItem", "---\n***", 0, 0, 0},
    {"Fenced", "# Yes\n```md\n# no\n- no\n**no**\n```\n- yes", 1, 1, 0},
    {"FenceOfTildes", "~~~\n# no\n```\n# no\n~~~\n# yes", 1, 0, 0},
    {"LongerFenceHoldsShorterOne", "````\n```\n# no\n````\n# yes", 1, 0, 0},
    {"UnclosedFence", "```\n# no\n- no", 0, 0, 0},
};

TEST(StyleTest, CountsMarksOutsideOfFencedCode) {
  for (const StyleCase& each : kStyleCases) {
    const StyleCounts counts = CountStyle(each.text, 7);
    EXPECT_EQ(counts.headers, each.headers) << each.name;
    EXPECT_EQ(counts.list_items, each.list_items) << each.name;
    EXPECT_EQ(counts.bold_spans, each.bold_spans) << each.name;
    EXPECT_EQ(counts.tokens, 7) << each.name;
  }
}

TEST(StyleTest, TokensAreEstimatedWhereNobodyCounted) {
  EXPECT_EQ(CountStyle("", {}).tokens, 0);
  EXPECT_EQ(CountStyle("abcd", {}).tokens, 1);
  EXPECT_EQ(CountStyle("abcde", {}).tokens, 2);
}

}  // namespace
}  // namespace arena::model_gateway
