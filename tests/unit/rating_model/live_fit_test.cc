#include "services/rating/model/fit/live_fit.h"

#include <gtest/gtest.h>

#include "tests/support/seed.h"
#include "tests/unit/rating_model/synthetic.h"

namespace arena::rating {
namespace {

std::vector<PairTerm> TermsOfBoard(const testing::Board& board) {
  return TermsOf(CellsOf(board.counts, board.models.ByName(), TieRule::kHalf, Weights::kNone));
}

void ExpectSameDifferences(std::span<const double> a, std::span<const double> b) {
  for (size_t m = 1; m < a.size(); ++m) EXPECT_NEAR(a[m] - a[0], b[m] - b[0], 1e-6);
}

TEST(LiveFitTest, FollowsNewVotesToTheColdMaximum) {
  const auto votes =
      testing::SyntheticVotes({.models = 20, .votes = 30'000}, arena::testing::TestSeed());
  testing::Board board = testing::BoardOf({votes.begin(), votes.begin() + 20'000});
  auto live = LiveFit::Start(20, TermsOfBoard(board));
  ASSERT_TRUE(live.ok()) << live.status();
  for (size_t n = 20'000; n < votes.size(); ++n) {
    board.Add(votes[n]);
    if (n % 1000 != 0) continue;
    const auto terms = TermsOfBoard(board);
    ASSERT_TRUE(live->Refit(PairScores(terms)).ok());
    EXPECT_LE(live->fit().steps, 12);
    ExpectSameDifferences(live->theta(), FitBradleyTerry(20, terms)->theta);
  }
}

TEST(LiveFitTest, FactorsAgainWhenTheOldCurvatureNoLongerServes) {
  testing::Board board = testing::BoardOf(testing::SyntheticVotes({.votes = 500}, 4));
  auto live = LiveFit::Start(10, TermsOfBoard(board));
  ASSERT_TRUE(live.ok());
  board.Add({"m09", "m00", Outcome::kLeft}, 100'000);
  board.Add({"m03", "m07", Outcome::kRight}, 50'000);
  const auto terms = TermsOfBoard(board);
  ASSERT_TRUE(live->Refit(PairScores(terms)).ok());
  EXPECT_GT(live->factorizations(), 0);
  ExpectSameDifferences(live->theta(), FitBradleyTerry(10, terms)->theta);
}

}  // namespace
}  // namespace arena::rating
