#include "services/model-gateway/core/prompt_facts.h"

namespace arena::model_gateway {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

TEST(PromptFactsTest, LanguageIsToldFromEnoughText) {
  EXPECT_EQ(LanguageOf("Please explain in simple words why the sky is blue during the day."), "en");
  EXPECT_EQ(LanguageOf("Bitte erkläre mir in einfachen Worten, warum der Himmel blau ist."), "de");
  EXPECT_EQ(LanguageOf("请用简单的话解释一下为什么白天的天空是蓝色的。"), "zh");
  EXPECT_EQ(LanguageOf("אנא הסבר לי במילים פשוטות מדוע השמיים כחולים במשך היום."), "he");
}

TEST(PromptFactsTest, LanguageIsUndeterminedOtherwise) {
  EXPECT_EQ(LanguageOf("12 + 34"), "und");
  EXPECT_EQ(LanguageOf("qzx"), "und");
}

TEST(PromptFactsTest, TagsFollowTheText) {
  EXPECT_THAT(TagsOf("What is 17 * 23?"), ElementsAre("math", "short_prompt"));
  EXPECT_THAT(TagsOf("Hello!"), ElementsAre("short_prompt"));
  EXPECT_THAT(
      TagsOf("Write a Python function that reverses a list, please, and explain each step of it."),
      ElementsAre("code"));
  EXPECT_THAT(
      TagsOf("Prove that the derivative of sine is cosine, and show how the limit is taken."),
      ElementsAre("math"));
  EXPECT_THAT(TagsOf("def f(x):\n  return x"), Contains("code"));
  EXPECT_THAT(TagsOf("Tell me a story about a snake that lives near a river with its friends."),
              ElementsAre());
}

TEST(PromptFactsTest, LongPromptsAreTaggedFromFiveHundredTokens) {
  EXPECT_THAT(TagsOf(std::string(1'996, 'a')), Not(Contains("long_prompt")));
  EXPECT_THAT(TagsOf(std::string(1'997, 'a')), Contains("long_prompt"));
}

TEST(PromptFactsTest, DescribingIsAPureFunction) {
  const std::string prompt = "Bitte löse die Gleichung x^2 = 9 und erkläre jeden Schritt genau.";
  const PromptFacts first = DescribePrompt(prompt);
  const PromptFacts second = DescribePrompt(prompt);
  EXPECT_EQ(first.language, second.language);
  EXPECT_EQ(first.tags, second.tags);
}

}  // namespace
}  // namespace arena::model_gateway
