#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/support/seed.h"
#include "tools/demo-models/core/phrasing.h"
#include "tools/demo-models/questions/problem.h"
#include "tools/demo-models/questions/question_bank.h"

namespace arena::demo {
namespace {

struct Understood {
  std::string text;
  std::string answer;
};

class UnderstandTest : public ::testing::TestWithParam<Understood> {};

TEST_P(UnderstandTest, FindsTheAnswer) {
  const auto problem = Understand(GetParam().text);
  ASSERT_TRUE(problem.has_value()) << GetParam().text;
  EXPECT_EQ(problem->answer, GetParam().answer);
}

INSTANTIATE_TEST_SUITE_P(Questions, UnderstandTest,
                         ::testing::Values(Understood{"What is 17 + 26?", "43"},
                                           Understood{"17+26", "43"},
                                           Understood{"how much is 17 plus 26", "43"},
                                           Understood{"Compute 3 x 4.", "12"},
                                           Understood{"3 multiplied by 4, please", "12"},
                                           Understood{"3 \u00d7 4 = ?", "12"},
                                           Understood{"5 \u2212 9", "-4"},
                                           Understood{"999999 * 999999", "999998000001"},
                                           Understood{"What's the capital of FRANCE?", "Paris"},
                                           Understood{"chemical symbol for gold", "Au"},
                                           Understood{"Who wrote War and Peace?", "Tolstoy"}));

class NotUnderstoodTest : public ::testing::TestWithParam<std::string> {};

TEST_P(NotUnderstoodTest, IsNoProblem) { EXPECT_FALSE(Understand(GetParam()).has_value()); }

INSTANTIATE_TEST_SUITE_P(Texts, NotUnderstoodTest,
                         ::testing::Values("", "hello", "on 2023-05-01", "3.14 + 1", "1 + 2.5",
                                           "1234567 + 1", "5 /  2", "a1 + 2", "7 + ",
                                           "What is the capital of Atlantis?", "I like France"));

TEST(ProblemTest, WrongAnswersAreNeverTheAnswer) {
  QuestionBank bank(testing::TestSeed());
  for (int i = 0; i < 2000; ++i) {
    const Question question = bank.Next();
    const auto problem = Understand(question.prompt);
    ASSERT_TRUE(problem.has_value()) << question.prompt;
    ASSERT_FALSE(problem->wrong_answers.empty()) << question.prompt;
    for (const std::string& wrong : problem->wrong_answers) ASSERT_NE(wrong, problem->answer);
  }
}

TEST(QuestionBankTest, ExpectsWhatTheModelsUnderstand) {
  QuestionBank bank(testing::TestSeed());
  for (int i = 0; i < 2000; ++i) {
    const Question question = bank.Next();
    const auto problem = Understand(question.prompt);
    ASSERT_TRUE(problem.has_value()) << question.prompt;
    ASSERT_EQ(problem->answer, question.expected) << question.prompt;
  }
}

TEST(QuestionBankTest, SameSeedAsksTheSameQuestions) {
  QuestionBank one(7);
  QuestionBank same(7);
  QuestionBank other(8);
  std::set<std::string> prompts;
  int equal_to_other = 0;
  for (int i = 0; i < 200; ++i) {
    const Question question = one.Next();
    ASSERT_EQ(question.prompt, same.Next().prompt);
    equal_to_other += question.prompt == other.Next().prompt ? 1 : 0;
    prompts.insert(question.prompt);
  }
  EXPECT_LT(equal_to_other, 20);
  EXPECT_GT(prompts.size(), 180U);
}

// Whatever a style adds around an answer must not look like the answer to another question.
TEST(QuestionBankTest, TellsRightFromWrongInEveryStyle) {
  SeededRandom random(testing::TestSeed());
  QuestionBank bank(testing::TestSeed());
  for (int i = 0; i < 1000; ++i) {
    const Question question = bank.Next();
    const auto problem = Understand(question.prompt);
    ASSERT_TRUE(problem.has_value());
    for (const Profile& profile : kProfiles) {
      const auto say = [&](const std::string& answer) {
        return PhraseAnswer(profile.style, problem->topic, answer, random);
      };
      ASSERT_TRUE(IsCorrect(say(problem->answer), question.expected)) << say(problem->answer);
      for (const std::string& wrong : problem->wrong_answers) {
        ASSERT_FALSE(IsCorrect(say(wrong), question.expected))
            << say(wrong) << " for " << question.expected;
      }
    }
  }
}

struct Judged {
  std::string reply;
  std::string expected;
  bool is_correct;
};

class IsCorrectTest : public ::testing::TestWithParam<Judged> {};

TEST_P(IsCorrectTest, Judges) {
  EXPECT_EQ(IsCorrect(GetParam().reply, GetParam().expected), GetParam().is_correct)
      << GetParam().reply << " for " << GetParam().expected;
}

INSTANTIATE_TEST_SUITE_P(
    Replies, IsCorrectTest,
    ::testing::Values(Judged{"43", "43", true}, Judged{"It is 43.", "43", true},
                      Judged{"**43**", "43", true}, Judged{"143", "43", false},
                      Judged{"43.5", "43", false}, Judged{"1.43", "43", false},
                      Judged{"-43", "43", false}, Judged{"-43", "-43", true},
                      Judged{"17-43", "43", true}, Judged{"1,234 it is", "1234", true},
                      Judged{"1, 234", "1234", false}, Judged{"12,345", "345", false},
                      Judged{"paris!", "Paris", true}, Judged{"Parisian", "Paris", false},
                      Judged{"`Au`", "Au", true}, Judged{"au pair", "Au", false},
                      Judged{"Australia", "Au", false}, Judged{"", "43", false}));

}  // namespace
}  // namespace arena::demo
