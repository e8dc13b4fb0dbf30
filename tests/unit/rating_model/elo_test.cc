#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "services/rating/model/votes/elo_history.h"
#include "tests/support/seed.h"
#include "tests/unit/rating_model/synthetic.h"

namespace arena::rating {
namespace {

using testing::Board;
using testing::BoardOf;

TEST(EloTest, FirstVoteMovesBothByHalfOfK) {
  double left = 1000, right = 1000;
  EloUpdate(left, right, Outcome::kLeft, 32);
  EXPECT_EQ(left, 1016);
  EXPECT_EQ(right, 984);
}

TEST(EloTest, AgreesWithThePlainFormula) {
  const auto votes = testing::SyntheticVotes({.votes = 5000}, arena::testing::TestSeed());
  Board board = BoardOf(votes);
  std::map<std::string, double> ratings;
  for (const auto& vote : votes) {
    double& left = ratings.try_emplace(vote.left, 1000.0).first->second;
    double& right = ratings.try_emplace(vote.right, 1000.0).first->second;
    const double expected = 1.0 / (1.0 + std::pow(10.0, (right - left) / 400.0));
    const double score = vote.outcome == Outcome::kLeft    ? 1.0
                         : vote.outcome == Outcome::kRight ? 0.0
                                                           : 0.5;
    left += 32 * (score - expected);
    right += 32 * (1 - score - (1 - expected));
  }
  const Leaderboard leaderboard = board.Compute(EloSettings());
  for (const auto& [model, rating] : ratings) {
    EXPECT_NEAR(*testing::RowOf(leaderboard, model).rating, rating, 1e-9);
  }
}

TEST(EloTest, RetractionGivesWhatTheRemainingVotesGive) {
  const auto votes = testing::SyntheticVotes({.votes = 500}, arena::testing::TestSeed());
  EloHistory history, without;
  ModelIndex models;
  for (size_t n = 0; n < votes.size(); ++n) {
    const uint32_t left = *models.Intern(votes[n].left), right = *models.Intern(votes[n].right);
    const auto position = static_cast<int64_t>(3 * n + 1);  // a log with other entries between
    history.Append(position, left, right, votes[n].outcome);
    if (n % 7 != 0) without.Append(position, left, right, votes[n].outcome);
  }
  const std::vector<double> all = history.Ratings();
  for (size_t n = 0; n < votes.size(); n += 7) {
    EXPECT_TRUE(history.Retract(static_cast<int64_t>(3 * n + 1)));
  }
  EXPECT_EQ(history.Ratings(), without.Ratings());
  for (size_t n = 0; n < votes.size(); n += 7) {
    EXPECT_TRUE(history.Restore(static_cast<int64_t>(3 * n + 1)));
  }
  EXPECT_EQ(history.Ratings(), all);
}

TEST(EloTest, RefusesToTakeOutWhatIsNotIn) {
  EloHistory history;
  history.Append(4, 0, 1, Outcome::kLeft);
  EXPECT_FALSE(history.Retract(3));
  EXPECT_FALSE(history.Restore(4));
  EXPECT_TRUE(history.Retract(4));
  EXPECT_FALSE(history.Retract(4));
  EXPECT_EQ(history.Ratings()[0], 1000.0);
}

TEST(EloTest, VotesAfterAStaleRetractionAreNotLost) {
  EloHistory history, expected;
  history.Append(1, 0, 1, Outcome::kLeft);
  history.Retract(1);
  history.Append(3, 0, 1, Outcome::kRight);
  expected.Append(3, 0, 1, Outcome::kRight);
  EXPECT_EQ(history.Ratings(), expected.Ratings());
}

TEST(EloBootstrapTest, SameForAnyOrderOfVotesAndAnyThreads) {
  auto votes = testing::SyntheticVotes({.votes = 2000}, arena::testing::TestSeed());
  Settings settings = EloSettings();
  settings.intervals = Intervals::kBootstrap;
  const Leaderboard forward = BoardOf(votes).Compute(settings);
  std::ranges::reverse(votes);
  settings.threads = 2;
  const Leaderboard backward = BoardOf(votes).Compute(settings);
  for (size_t m = 0; m < forward.models.size(); ++m) {
    EXPECT_EQ(forward.models[m].model, backward.models[m].model);
    EXPECT_EQ(forward.models[m].rating, backward.models[m].rating);
    EXPECT_EQ(forward.models[m].upper, backward.models[m].upper);
  }
}

}  // namespace
}  // namespace arena::rating
