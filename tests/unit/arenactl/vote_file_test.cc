#include "tools/arenactl/votes/vote_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "tests/support/seed.h"

namespace arena::arenactl {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

// A vote by names; comparable.
using Row = std::tuple<std::string, std::string, Choice>;

std::vector<Row> RowsOf(const VoteFile& file) {
  std::vector<Row> rows;
  for (const FileVote& vote : file.votes) {
    rows.emplace_back(file.models[vote.left], file.models[vote.right], vote.choice);
  }
  return rows;
}

VoteFile MustParse(const std::string& text, uint64_t seed = 1) {
  auto file = ParseVoteFile("v", text, seed);
  EXPECT_TRUE(file.ok()) << file.status();
  return file.ok() ? *std::move(file) : VoteFile();
}

std::string ErrorOf(const std::string& text) {
  return std::string(ParseVoteFile("v", text, 1).status().message());
}

std::string FirstWeek() {
  std::ifstream file(ARENA_TREE "/tests/testdata/first_week/pair_counts.json");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(VoteLinesTest, EveryNameOfAWinnerIsUnderstood) {
  const VoteFile file = MustParse(R"lines({"model_a":"x","model_b":"y","winner":"left"}
{"model_a":"x","model_b":"y","winner":"right"}

{"model_a":"y","model_b":"x","winner":"model_a"}
{"model_a":"y","model_b":"x","winner":"model_b"}
{"model_a":"x","model_b":"y","winner":"tie"}
{"model_a":"x","model_b":"y","winner":"both_bad"}
{"model_a":"x","model_b":"y","winner":"tie (bothbad)"})lines");
  EXPECT_THAT(RowsOf(file),
              ElementsAre(Row("x", "y", Choice::kLeft), Row("x", "y", Choice::kRight),
                          Row("y", "x", Choice::kLeft), Row("y", "x", Choice::kRight),
                          Row("x", "y", Choice::kTie), Row("x", "y", Choice::kBothBad),
                          Row("x", "y", Choice::kBothBad)));
  EXPECT_THAT(file.models, ElementsAre("x", "y"));
}

TEST(VoteLinesTest, OneLineAloneIsAVoteAndNotPairCounts) {
  EXPECT_THAT(RowsOf(MustParse(R"({"model_a":"x","model_b":"y","winner":"tie"})")),
              ElementsAre(Row("x", "y", Choice::kTie)));
}

TEST(VoteLinesTest, VoterAndLanguageAreKeptAndOtherKeysIgnored) {
  const VoteFile file = MustParse(
      R"({"model_a":"x","model_b":"y","winner":"left","voter":"v1","language":"de","time":1.5,"z":[]}
{"model_a":"x","model_b":"y","winner":"left","voter":null,"language":"und"})");
  ASSERT_EQ(file.votes.size(), 2u);
  EXPECT_EQ(file.votes[0].voter, "v1");
  EXPECT_EQ(file.votes[0].language, "de");
  EXPECT_EQ(file.votes[1].voter, "");
  EXPECT_EQ(file.votes[1].language, "");
}

struct BadLine {
  const char* what;
  std::string line;
  const char* error;
};

TEST(VoteLinesTest, TheFirstBadLineIsNamedWithWhatIsWrong) {
  const std::string good = R"({"model_a":"x","model_b":"y","winner":"left"})";
  const BadLine cases[] = {
      {"not JSON", "model_a,model_b", "not a JSON object"},
      {"cut off", R"({"model_a":"x","model_b":)", "not a JSON object"},
      {"no UTF-8", "{\"model_a\":\"x\xff\",\"model_b\":\"y\",\"winner\":\"left\"}",
       "not a JSON object"},
      {"empty winner", R"({"model_a":"x","model_b":"y","winner":""})", "'winner' is ''"},
      {"an array", "[1]", "not a JSON object"},
      {"no model", R"({"model_a":"x","winner":"left"})", "'model_b' is missing"},
      {"a number", R"({"model_a":1,"model_b":"y","winner":"left"})", "'model_a' must be text"},
      {"bad name", R"({"model_a":"x y","model_b":"y","winner":"left"})",
       "'x y' is not a model's name"},
      {"itself", R"({"model_a":"x","model_b":"x","winner":"left"})", "'x' cannot battle itself"},
      {"no winner", R"({"model_a":"x","model_b":"y"})", "'winner' is ''"},
      {"bad winner", R"({"model_a":"x","model_b":"y","winner":"x"})", "'winner' is 'x'"},
      {"language", R"({"model_a":"x","model_b":"y","winner":"tie","language":"German"})",
       "'language' is 'German'"},
      {"retraction", R"({"model_a":"x","model_b":"y","winner":"tie","kind":"retraction"})",
       "it is of kind 'retraction'"},
      {"unrated", R"({"model_a":"x","model_b":"y","winner":"tie","rated":false})",
       "it is not rated"},
      {"long voter",
       R"({"model_a":"x","model_b":"y","winner":"tie","voter":")" + std::string(129, 'v') + "\"}",
       "'voter' is longer than 128 bytes"},
  };
  for (const BadLine& bad : cases) {
    SCOPED_TRACE(bad.what);
    EXPECT_THAT(ErrorOf(good + "\n\n" + bad.line + "\n" + good),
                StartsWith(std::string("v:3: ") + bad.error));
  }
}

TEST(VoteLinesTest, AnEmptyFileIsAnError) {
  EXPECT_EQ(ErrorOf("\n \n"), "v: there is no vote in it.");
}

TEST(PairCountsFileTest, ThreeCountsBecomeWinsAndTies) {
  const VoteFile file = MustParse(R"({"models":["a","b"],"X":[[0,1]],"Y":[[3,2,4]]})");
  std::map<std::string, int> outcomes;
  for (const auto& [left, right, choice] : RowsOf(file)) {
    if (choice == Choice::kTie) ++outcomes["tie"];
    if (choice == Choice::kLeft) ++outcomes[left];
    if (choice == Choice::kRight) ++outcomes[right];
  }
  EXPECT_EQ(outcomes, (std::map<std::string, int>{{"a", 3}, {"b", 2}, {"tie", 4}}));
}

TEST(PairCountsFileTest, TheFourthCountIsBothBad) {
  const VoteFile file = MustParse(R"({"models":["a","b"],"X":[[1,0]],"Y":[[0,0,0,5]]})");
  ASSERT_EQ(file.votes.size(), 5u);
  for (const FileVote& vote : file.votes) EXPECT_EQ(vote.choice, Choice::kBothBad);
}

TEST(PairCountsFileTest, TheFirstWeekHasItsVotesModelsAndPairs) {
  const VoteFile file = MustParse(FirstWeek());
  EXPECT_EQ(file.votes.size(), 4689u);
  EXPECT_EQ(file.models.size(), 9u);
  std::set<std::pair<uint32_t, uint32_t>> pairs;
  for (const FileVote& vote : file.votes) {
    pairs.insert(std::minmax(vote.left, vote.right));
  }
  EXPECT_EQ(pairs.size(), 36u);
}

TEST(PairCountsFileTest, TheSameSeedGivesTheSameVotesAndAnotherSeedAnotherOrder) {
  const uint64_t seed = testing::TestSeed();
  const std::string text = FirstWeek();
  std::vector<Row> first = RowsOf(MustParse(text, seed));
  EXPECT_EQ(first, RowsOf(MustParse(text, seed)));
  EXPECT_NE(first, RowsOf(MustParse(text, seed + 1)));
}

// The log of `./arena up --demo-data first-week` is to be the same on every machine.
TEST(PairCountsFileTest, SeedOneGivesTheOrderThatWasPublished) {
  std::vector<Row> rows = RowsOf(MustParse(FirstWeek(), 1));
  ASSERT_GE(rows.size(), 4u);
  rows.resize(4);
  EXPECT_THAT(rows, ElementsAre(Row("koala-13b", "vicuna-13b", Choice::kRight),
                                Row("vicuna-13b", "koala-13b", Choice::kRight),
                                Row("oasst-pythia-12b", "dolly-v2-12b", Choice::kLeft),
                                Row("vicuna-13b", "dolly-v2-12b", Choice::kTie)));
}

TEST(PairCountsFileTest, ACoinPutsModelsOnBothSides) {
  const VoteFile file =
      MustParse(R"({"models":["a","b"],"X":[[0,1]],"Y":[[0,0,2000]]})", testing::TestSeed());
  const auto left = std::count_if(file.votes.begin(), file.votes.end(),
                                  [](const FileVote& vote) { return vote.left == 0; });
  // Ten standard deviations.
  EXPECT_NEAR(static_cast<double>(left), 1000.0, 224.0);
}

TEST(PairCountsFileTest, MistakesAreNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"models":["a","b"],"X":[[0,1]]})",
       "v: neither votes, one on each line, nor pair counts"},
      {R"({"models":["a","b"],"X":[[0,1]],"Y":[]})", "v: X has 1 pairs and Y has 0"},
      {R"({"models":["a","a"],"X":[],"Y":[]})", R"(v: models: "a" is given twice)"},
      {R"({"models":["a b"],"X":[],"Y":[]})", R"(v: models: "a b" is not a model's name)"},
      {R"({"models":["a","b"],"X":[[0,2]],"Y":[[1,1,1]]})", "v: X[0] must be two different"},
      {R"({"models":["a","b"],"X":[[1,1]],"Y":[[1,1,1]]})", "v: X[0] must be two different"},
      {R"({"models":["a","b"],"X":[[0,1]],"Y":[[1,1]]})", "v: Y[0] must be three or four counts"},
      {R"({"models":["a","b"],"X":[[0,1]],"Y":[[1,-1,1]]})", "v: Y[0] must be three or four"},
      {R"({"models":["a","b"],"X":[[0,1]],"Y":[[1,99999999,1]]})", "v: Y[0] must be three or four"},
  };
  for (const auto& [text, error] : cases) {
    SCOPED_TRACE(text);
    EXPECT_THAT(ErrorOf(text), StartsWith(error));
  }
}

}  // namespace
}  // namespace arena::arenactl
