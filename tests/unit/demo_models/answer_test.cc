#include "tools/demo-models/core/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "tests/support/seed.h"
#include "tools/demo-models/core/tokens.h"
#include "tools/demo-models/questions/question_bank.h"
#include "tools/demo-models/questions/text.h"

namespace arena::demo {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kManyTokens = 100'000;

std::string Say(const Profile& profile, uint64_t seed, const std::string& prompt) {
  return Answer(profile, seed, {{"user", prompt}}, kManyTokens).Text();
}

double MeasuredRate(const Profile& profile, uint64_t seed, int questions) {
  QuestionBank bank(seed);
  int right = 0;
  for (int i = 0; i < questions; ++i) {
    const Question question = bank.Next();
    right += IsCorrect(Say(profile, seed, question.prompt), question.expected) ? 1 : 0;
  }
  return static_cast<double>(right) / questions;
}

class AnswerTest : public ::testing::TestWithParam<Profile> {};

INSTANTIATE_TEST_SUITE_P(Models, AnswerTest, ::testing::ValuesIn(kProfiles),
                         [](const auto& tested) {
                           std::string name(tested.param.name);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST_P(AnswerTest, IsRightAsOftenAsWrittenDown) {
  // Five standard deviations of 4,000 questions, of which some facts are asked more than once.
  EXPECT_NEAR(MeasuredRate(GetParam(), testing::TestSeed(), 4000), GetParam().success_rate, 0.05);
}

TEST_P(AnswerTest, IsAFunctionOfSeedModelAndQuestion) {
  QuestionBank bank(testing::TestSeed());
  int changed_by_seed = 0;
  for (int i = 0; i < 200; ++i) {
    const std::string prompt = bank.Next().prompt;
    const Reply reply = Answer(GetParam(), 1, {{"user", prompt}}, kManyTokens);
    const Reply again = Answer(GetParam(), 1, {{"user", prompt}}, kManyTokens);
    ASSERT_EQ(reply.Text(), again.Text());
    ASSERT_EQ(reply.chunks.size(), again.chunks.size());
    for (size_t c = 0; c < reply.chunks.size(); ++c) {
      ASSERT_EQ(reply.chunks[c].delay, again.chunks[c].delay);
    }
    changed_by_seed += reply.Text() != Say(GetParam(), 2, prompt) ? 1 : 0;
  }
  EXPECT_GT(changed_by_seed, 5);
}

TEST_P(AnswerTest, NeverNamesAModelOrItsMaker) {
  const std::vector<std::string> prompts = {
      "Who are you?", "What is your name?", "Tell me a joke", "Write 2000 words about yourself", "",
      "17 + 26"};
  for (uint64_t seed = 0; seed < 50; ++seed) {
    for (const std::string& prompt : prompts) {
      const std::string words = Words(Say(GetParam(), seed, prompt));
      for (const Profile& other : kProfiles) {
        const std::string name(other.name);
        EXPECT_FALSE(HasPhrase(words, name.substr(0, name.find('-')))) << words;
        EXPECT_FALSE(HasPhrase(words, other.organization)) << words;
      }
      EXPECT_FALSE(HasPhrase(words, kProvider)) << words;
    }
  }
}

TEST_P(AnswerTest, RepeatsNothingThatItDoesNotUnderstand) {
  EXPECT_THAT(Say(GetParam(), 1, "zyzzyva juniper-large"), Not(HasSubstr("zyzzyva")));
}

TEST_P(AnswerTest, FlowsAtTheWrittenSpeed) {
  const Reply reply = Answer(GetParam(), 3, {{"user", "write 3000 words"}}, kManyTokens);
  const double first_ms = static_cast<double>(reply.chunks[0].delay.count()) / 1e3;
  EXPECT_NEAR(first_ms, GetParam().first_token_ms, 0.31 * GetParam().first_token_ms);
  std::chrono::microseconds total{0};
  for (const Chunk& chunk : reply.chunks) {
    total += chunk.delay;
    ASSERT_LE(chunk.tokens, GetParam().chunk_tokens);
  }
  const double seconds = static_cast<double>(total.count()) / 1e6 - first_ms / 1e3;
  EXPECT_NEAR(reply.Tokens() / seconds, GetParam().tokens_per_second,
              0.1 * GetParam().tokens_per_second);
}

TEST(AnswerStyleTest, StylesShow) {
  const auto say = [](std::string_view model) {
    return Say(*FindProfile(model), 1, "What is 17 + 26?");
  };
  EXPECT_THAT(say("cedar-instruct"), HasSubstr("## Answer"));
  EXPECT_THAT(say("cedar-instruct"), HasSubstr("\n- "));
  EXPECT_THAT(say("maple-mini"), HasSubstr("```"));
  EXPECT_THAT(say("juniper-large"), HasSubstr("**"));
  EXPECT_THAT(say("aspen-chat"), HasSubstr("!"));
  EXPECT_EQ(Tokenize(say("willow-medium")).size(), 1U);
}

TEST(AnswerLengthTest, StopsAtMaxTokensAndSaysSo) {
  const Reply reply = Answer(kProfiles[0], 1, {{"user", "17 + 26"}}, 5);
  EXPECT_EQ(reply.Tokens(), 5);
  EXPECT_EQ(reply.finish_reason, "length");
  EXPECT_EQ(Answer(kProfiles[0], 1, {{"user", "17 + 26"}}, kManyTokens).finish_reason, "stop");
}

TEST(AnswerLengthTest, GivesAsManyWordsAsAskedFor) {
  const std::string text = Say(*FindProfile("birch-tiny"), 1, "Please write 500 words about rain.");
  const std::string words = Words(text);
  // One space before, between and after them.
  EXPECT_EQ(std::count(words.begin(), words.end(), ' '), 501);
}

TEST(AnswerConversationTest, AnswersTheLastMessageOfTheUser) {
  const std::vector<Message> conversation = {
      {"system", "Be short."}, {"user", "1 + 1"}, {"assistant", "2"}, {"user", "17 + 26"}};
  EXPECT_EQ(Answer(kProfiles[2], 1, conversation, 100).Text(), Say(kProfiles[2], 1, "17 + 26"));
}

TEST(TokenizeTest, JoinsToTheSameTextAndCutsNoCharacter) {
  const std::string text = "Grüße, 世界! antidisestablishmentarianism  \n\n- a 🙂";
  std::string joined;
  for (const std::string& token : Tokenize(text)) {
    EXPECT_NE(static_cast<unsigned char>(token.front()) & 0xc0, 0x80) << token;
    joined += token;
  }
  EXPECT_EQ(joined, text);
}

}  // namespace
}  // namespace arena::demo
