#include "services/rating/core/answers/board_fit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "common/base/random.h"
#include "services/rating/model/leaderboard/leaderboard.h"
#include "services/rating/model/numeric/numeric.h"
#include "services/rating/model/numeric/scale.h"
#include "tests/support/seed.h"

namespace arena::rating {
namespace {

class BoardFitTest : public ::testing::Test {
 protected:
  void Vote(const std::string& left, const std::string& right, Outcome outcome, int64_t times = 1) {
    const uint32_t left_index = *models_.Intern(left);
    counts_.Add(left_index, *models_.Intern(right), outcome, times);
  }

  void VoteAtRandom(int votes) {
    SeededRandom random(testing::TestSeed());
    const std::string names[] = {"e", "b", "d", "a", "c"};
    for (int i = 0; i < votes; ++i) {
      const uint64_t left = random.Below(5);
      const uint64_t right = (left + 1 + random.Below(4)) % 5;
      Vote(names[left], names[right], static_cast<Outcome>(random.Below(4)));
    }
  }

  BoardFit Fit() {
    auto fit = BoardFit::Of(models_, counts_);
    EXPECT_TRUE(fit.ok()) << fit.status();
    return *std::move(fit);
  }

  ModelIndex models_;
  PairCounts counts_;
};

TEST_F(BoardFitTest, ItPredictsWhatTheBoardsRatingsSay) {
  VoteAtRandom(2'000);
  const BoardFit fit = Fit();
  const auto board = ComputeLeaderboard({.models = models_, .counts = counts_}, Settings());
  ASSERT_TRUE(board.ok()) << board.status();
  ASSERT_EQ(board->models.size(), 5u);
  for (const LeaderboardRow& a : board->models) {
    for (const LeaderboardRow& b : board->models) {
      if (a.model == b.model) continue;
      const auto rate = fit.Predict(a.model, b.model);
      ASSERT_TRUE(rate.has_value());
      EXPECT_NEAR(rate->probability, 1 / (1 + std::pow(10, (*b.rating - *a.rating) / 400)), 1e-12);
      EXPECT_LT(rate->lower, rate->probability);
      EXPECT_GT(rate->upper, rate->probability);
    }
  }
}

TEST_F(BoardFitTest, TwoModelsHaveTheIntervalOfAShare) {
  // Of two models alone the fit is the share of wins, and the sandwich its binomial variance.
  Vote("a", "b", Outcome::kLeft, 60);
  Vote("b", "a", Outcome::kLeft, 40);
  const auto rate = Fit().Predict("a", "b");
  ASSERT_TRUE(rate.has_value());
  EXPECT_NEAR(rate->probability, 0.6, 1e-9);
  const double logit = std::log(0.6 / 0.4);
  const double error = 1 / std::sqrt(100 * 0.6 * 0.4);
  EXPECT_NEAR(rate->lower, Logistic(logit - kNormal975 * error), 1e-9);
  EXPECT_NEAR(rate->upper, Logistic(logit + kNormal975 * error), 1e-9);
}

TEST_F(BoardFitTest, TheOtherWayRoundIsTheRest) {
  VoteAtRandom(500);
  const BoardFit fit = Fit();
  const auto forth = fit.Predict("a", "e");
  const auto back = fit.Predict("e", "a");
  ASSERT_TRUE(forth && back);
  EXPECT_NEAR(forth->probability + back->probability, 1, 1e-12);
  EXPECT_NEAR(forth->lower + back->upper, 1, 1e-12);
  EXPECT_NEAR(forth->upper + back->lower, 1, 1e-12);
}

TEST_F(BoardFitTest, ModelsOfDifferentGroupsAndUnratedOnesDoNotCompare) {
  Vote("a", "b", Outcome::kTie, 5);
  Vote("c", "d", Outcome::kBothBad, 5);
  Vote("a", "winner", Outcome::kRight, 5);
  const BoardFit fit = Fit();
  EXPECT_TRUE(fit.Predict("a", "b").has_value());
  EXPECT_TRUE(fit.Predict("d", "c").has_value());
  EXPECT_FALSE(fit.Predict("a", "c").has_value());
  EXPECT_FALSE(fit.Predict("a", "winner").has_value());
  EXPECT_FALSE(fit.Predict("a", "nobody").has_value());
}

TEST_F(BoardFitTest, ABoardWithoutVotesComparesNobody) {
  models_.Intern("a");
  models_.Intern("b");
  EXPECT_FALSE(Fit().Predict("a", "b").has_value());
}

}  // namespace
}  // namespace arena::rating
