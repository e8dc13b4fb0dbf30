#include "services/rating/model/votes/boards.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "services/rating/model/votes/early_votes.h"

namespace arena::rating {
namespace {

std::set<std::string> BoardsOf(const BoardSet& set, const VoteLabels& labels) {
  const uint64_t mask = set.MaskOf(labels);
  std::set<std::string> names;
  for (uint32_t board = 0; board < set.size(); ++board) {
    if (mask >> board & 1) names.insert(set.boards()[board].name);
  }
  return names;
}

TEST(BoardsTest, AVoteIsOnTheBoardsItsLabelsSay) {
  struct Case {
    const char* name;
    VoteLabels labels;
    std::set<std::string> boards;
  };
  const Case cases[] = {
      {"a tie of which nothing is known",
       {},
       {"overall", "without-short-prompts", "without-refusals"}},
      {"a decision in German",
       {.language = "de", .outcome = Outcome::kRight},
       {"overall", "without-short-prompts", "without-refusals", "without-ties", "language-de"}},
      {"both bad, short",
       {.tags = {"short_prompt"}, .outcome = Outcome::kBothBad},
       {"overall", "without-refusals"}},
      {"long code and math in a second turn",
       {.tags = {"math", "long_prompt", "code"}, .turn = 2},
       {"overall", "coding", "math", "long-prompts", "without-short-prompts", "multi-turn",
        "without-refusals"}},
      {"an early vote on a refusal, and a tag nobody asks for",
       {.tags = {"refusal", "poetry"}, .is_early = true},
       {"overall", "without-short-prompts", "first-five"}},
      {"a language without a board",
       {.language = "tlh"},
       {"overall", "without-short-prompts", "without-refusals"}},
  };
  const BoardSet boards;
  for (const Case& test : cases) EXPECT_EQ(BoardsOf(boards, test.labels), test.boards) << test.name;
}

TEST(BoardsTest, TheDefaultHasTwentyFourBoards) {
  const BoardSet boards;
  EXPECT_EQ(boards.size(), 24u);
  EXPECT_EQ(boards.Find("overall"), kOverallBoard);
  EXPECT_EQ(boards.Find("language-zh").has_value(), true);
  EXPECT_EQ(boards.Find("zh"), std::nullopt);
  for (uint32_t board = 0; board < boards.size(); ++board) {
    const BoardDefinition& definition = boards.boards()[board];
    EXPECT_EQ(boards.Find(definition.name), board);
    EXPECT_FALSE(definition.title.empty());
    EXPECT_FALSE(definition.description.empty());
  }
}

TEST(BoardsTest, LanguagesAreCodesEachOnce) {
  const std::vector<std::string> good = {"en", "haw"};
  ASSERT_TRUE(BoardSet::WithLanguages(good).ok());
  EXPECT_EQ(BoardSet::WithLanguages(good)->size(), 11u);
  EXPECT_TRUE(BoardSet::WithLanguages({}).ok());
  for (const std::vector<std::string>& bad : std::vector<std::vector<std::string>>{
           {"en", "en"}, {"EN"}, {"e"}, {"engl"}, {"e\""}, {""}}) {
    EXPECT_TRUE(absl::IsInvalidArgument(BoardSet::WithLanguages(bad).status())) << bad.front();
  }
  std::vector<std::string> many;
  for (char c = 'a'; many.size() < 56; ++c) {
    for (char d = 'a'; d <= 'z' && many.size() < 56; ++d) many.push_back({c, d});
  }
  EXPECT_TRUE(absl::IsInvalidArgument(BoardSet::WithLanguages(many).status()));
  many.pop_back();
  EXPECT_EQ(BoardSet::WithLanguages(many)->size(), kMaxBoards);
}

TEST(BoardsTest, AListOfTagsIsTheSetOfItsTags) {
  EXPECT_EQ(TagSet::FromList("code,poetry,math"), (TagSet{"math", "code"}));
  EXPECT_EQ(TagSet::FromList(""), TagSet());
  EXPECT_EQ(TagSet::FromList("codes"), TagSet());
}

TEST(EarlyVotesTest, FiveVotesOfAVoterAndDayAreEarly) {
  EarlyVotes votes;
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(votes.Add("v", 100)) << i;
  EXPECT_FALSE(votes.Add("v", 100));
  EXPECT_TRUE(votes.Add("w", 100));
  EXPECT_TRUE(votes.Add("v", 101));
}

TEST(EarlyVotesTest, AnUnknownVoterHasNoEarlyVotes) {
  EarlyVotes votes;
  EXPECT_FALSE(votes.Add("", 100));
}

TEST(EarlyVotesTest, TheDayBeforeTheNewestStillCountsAndOlderOnesDoNot) {
  EarlyVotes votes;
  for (int i = 0; i < 5; ++i) votes.Add("v", 100);
  EXPECT_FALSE(votes.Add("", 101));
  EXPECT_FALSE(votes.Add("v", 100));
  EXPECT_TRUE(votes.Add("w", 100));
  // Whether its voter is known or not, a vote makes its day the newest.
  EXPECT_FALSE(votes.Add("", 102));
  EXPECT_FALSE(votes.Add("x", 100));
  EXPECT_TRUE(votes.Add("x", 101));
  EXPECT_LE(votes.days().size(), 2u);
}

TEST(EarlyVotesTest, VotersFoldToDifferentKeys) {
  std::set<VoterKey> keys;
  std::string voter;
  for (int length = 0; length < 40; ++length) {
    keys.insert(FoldVoter(voter));
    keys.insert(FoldVoter(voter + "x"));
    voter += '\0';
  }
  EXPECT_EQ(keys.size(), 80u);
}

TEST(EarlyVotesTest, DaysBeginAtMidnightUtc) {
  constexpr int64_t kDay = int64_t{86'400} * 1'000'000;
  EXPECT_EQ(DayOf(0), 0);
  EXPECT_EQ(DayOf(kDay - 1), 0);
  EXPECT_EQ(DayOf(kDay), 1);
  EXPECT_EQ(DayOf(-1), -1);
  EXPECT_EQ(DayOf(-kDay), -1);
}

}  // namespace
}  // namespace arena::rating
