#include "services/rating/core/answers/uncomparable.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace arena::rating {
namespace {

using ::testing::ElementsAre;

// A board of models that meet.
class UncomparableTest : public ::testing::Test {
 protected:
  void Vote(const char* left, const char* right, Outcome outcome, int times = 1) {
    counts_.Add(*models_.Intern(left), *models_.Intern(right), outcome, times);
  }

  // A strong group of two, with most votes.
  void MeetTwice(const char* a, const char* b, int times = 1) {
    Vote(a, b, Outcome::kLeft, times);
    Vote(a, b, Outcome::kRight, times);
  }

  CountsViewPtr View() {
    CountsView view{.models = std::make_shared<const ModelIndex>(models_)};
    view.boards.push_back({.counts = std::make_shared<const PairCounts>(counts_)});
    return std::make_shared<const CountsView>(std::move(view));
  }

  // What is found, "why group: model model", of the board as it is published.
  std::vector<std::string> Found(const CountsView* view) {
    const auto board = ComputeLeaderboard({.models = models_, .counts = counts_}, Settings());
    EXPECT_TRUE(board.ok()) << board.status();
    std::vector<const LeaderboardRow*> listed;
    for (const LeaderboardRow& row : board->models) {
      if (row.model != hidden_) listed.push_back(&row);
    }
    std::vector<std::string> found;
    for (const Uncomparable& uncomparable : FindUncomparable(listed, view, 0)) {
      const char* const names[] = {"separate", "wins", "losses", "single", "none"};
      std::string text = names[static_cast<int>(uncomparable.why)];
      text += " " + std::to_string(uncomparable.group) + ":";
      for (const std::string& model : uncomparable.models) text += " " + model;
      found.push_back(text);
    }
    return found;
  }

  ModelIndex models_;
  PairCounts counts_;
  std::string hidden_;
};

TEST_F(UncomparableTest, NothingIsSaidWhenAllCompare) {
  MeetTwice("a", "b");
  MeetTwice("b", "c");
  Vote("c", "d", Outcome::kTie);
  EXPECT_THAT(Found(View().get()), ElementsAre());
}

TEST_F(UncomparableTest, EachReasonIsTold) {
  MeetTwice("a", "b", 10);
  MeetTwice("c", "d");
  Vote("a", "c", Outcome::kLeft);  // one way alone
  Vote("winner", "a", Outcome::kLeft, 3);
  Vote("b", "winner", Outcome::kRight);
  Vote("loser", "a", Outcome::kRight, 2);
  Vote("once", "a", Outcome::kLeft);
  Vote("between", "a", Outcome::kLeft, 2);
  Vote("winner", "between", Outcome::kLeft);
  EXPECT_THAT(Found(View().get()),
              ElementsAre("separate 2: c d", "none 0: between", "losses 0: loser", "single 0: once",
                          "wins 0: winner"));
}

TEST_F(UncomparableTest, ModelsOfOneReasonAndGroupAreTogether) {
  MeetTwice("a", "b", 10);
  MeetTwice("c", "d", 5);
  MeetTwice("e", "f");
  Vote("w2", "a", Outcome::kLeft, 2);
  Vote("w1", "a", Outcome::kLeft, 2);
  EXPECT_THAT(Found(View().get()),
              ElementsAre("separate 2: c d", "separate 3: e f", "wins 0: w1 w2"));
}

TEST_F(UncomparableTest, OnlyListedModelsAreNamed) {
  MeetTwice("a", "b");
  Vote("w", "a", Outcome::kLeft, 2);
  hidden_ = "w";
  EXPECT_THAT(Found(View().get()), ElementsAre());
}

TEST_F(UncomparableTest, WithoutItsCountsWinsAndLossesAreNotTold) {
  MeetTwice("a", "b", 10);
  Vote("w", "a", Outcome::kLeft, 3);
  Vote("once", "a", Outcome::kLeft);
  EXPECT_THAT(Found(nullptr), ElementsAre("single 0: once", "none 0: w"));
  const CountsViewPtr older = View();
  Vote("w", "a", Outcome::kLeft);
  EXPECT_THAT(Found(older.get()), ElementsAre("single 0: once", "none 0: w"))
      << "the counts are of another position";
  EXPECT_THAT(Found(View().get()), ElementsAre("single 0: once", "wins 0: w"));
}

TEST_F(UncomparableTest, AModelThatTheCountsDoNotKnowYetIsNoFault) {
  MeetTwice("a", "b");
  const CountsViewPtr older = View();
  Vote("w", "a", Outcome::kLeft, 2);
  EXPECT_THAT(Found(older.get()), ElementsAre("none 0: w"));
}

TEST_F(UncomparableTest, EveryReasonHasASentenceOfItsOwn) {
  std::set<std::string_view> sentences;
  for (const WhyUncomparable why :
       {WhyUncomparable::kSeparateGroup, WhyUncomparable::kOnlyWins, WhyUncomparable::kOnlyLosses,
        WhyUncomparable::kSingleVote, WhyUncomparable::kNoCommonGroup}) {
    EXPECT_TRUE(Explain(why).ends_with('.'));
    sentences.insert(Explain(why));
  }
  EXPECT_EQ(sentences.size(), 5u);
}

}  // namespace
}  // namespace arena::rating
