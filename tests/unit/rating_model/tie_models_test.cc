#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "services/rating/model/fit/tie_likelihood.h"
#include "tests/support/seed.h"
#include "tests/unit/rating_model/synthetic.h"

namespace arena::rating {
namespace {

using Real = long double;

// Log-probabilities straight from the papers.
struct TieModel {
  TieRule rule;
  Real LogProbability(Outcome outcome, Real d, Real delta) const {
    Real win = 0, loss = 0;
    if (rule == TieRule::kDavidson) {
      const Real sum = std::exp(d / 2) + std::exp(-d / 2) + std::exp(delta);
      win = std::exp(d / 2) / sum;
      loss = std::exp(-d / 2) / sum;
    } else {
      win = 1 / (1 + std::exp(delta - d));
      loss = 1 / (1 + std::exp(delta + d));
    }
    if (outcome == Outcome::kLeft) return std::log(win);
    if (outcome == Outcome::kRight) return std::log(loss);
    return std::log(1 - win - loss);
  }
};

// Fourth-order central difference.
Real Slope(const std::function<Real(Real)>& f) {
  const Real h = 1e-3L;
  return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h);
}

class TieModelsTest : public ::testing::TestWithParam<TieRule> {};

TEST_P(TieModelsTest, DerivativesAgreeWithDifferencesOfTheLogLikelihood) {
  const TieModel model{GetParam()};
  const std::vector<PairTerm> terms = {
      {.first = 0, .second = 1, .wins = 12, .losses = 5, .ties = 4},
      {.first = 1, .second = 2, .wins = 3, .losses = 9, .ties = 6},
      {.first = 0, .second = 2, .wins = 4, .losses = 2, .ties = 1}};
  const TieLikelihood likelihood(3, terms, GetParam());
  const std::vector<double> at = {0.3, -0.5, 0.1, 0.6};
  const auto log_likelihood = [&](const std::vector<Real>& p) {
    Real sum = 0;
    for (const PairTerm& t : terms) {
      const Real d = p[t.first] - p[t.second];
      sum += t.wins * model.LogProbability(Outcome::kLeft, d, p[3]) +
             t.losses * model.LogProbability(Outcome::kRight, d, p[3]) +
             t.ties * model.LogProbability(Outcome::kTie, d, p[3]);
    }
    return sum;
  };
  const auto slope_at = [&](std::vector<Real> p, size_t i) {
    return Slope([&](Real h) {
      auto moved = p;
      moved[i] += h;
      return log_likelihood(moved);
    });
  };
  std::vector<double> gradient;
  Matrix information(4);
  likelihood.Evaluate(at, gradient, information);
  const std::vector<Real> p(at.begin(), at.end());
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(gradient[i], static_cast<double>(slope_at(p, i)), 1e-9);
    for (size_t j = 0; j < 4; ++j) {
      const Real bend = Slope([&](Real h) {
        auto moved = p;
        moved[j] += h;
        return slope_at(moved, i);
      });
      EXPECT_NEAR(information(i, j), static_cast<double>(-bend), 1e-8) << i << "," << j;
    }
  }
}

TEST_P(TieModelsTest, MeatIsTheSumOfSquaredScores) {
  const TieModel model{GetParam()};
  const PairTerm term{.first = 0,
                      .second = 1,
                      .wins = 2,
                      .losses = 3,
                      .ties = 4,
                      .wins_squared = 2,
                      .losses_squared = 3,
                      .ties_squared = 4};
  const TieLikelihood likelihood(2, {term}, GetParam());
  const Matrix meat = likelihood.Meat(std::vector<double>{0.2, -0.1, 0.5});
  Real strength = 0, cross = 0, tie = 0;
  for (const auto& [outcome, count] : std::vector<std::pair<Outcome, Real>>{
           {Outcome::kLeft, 2}, {Outcome::kRight, 3}, {Outcome::kTie, 4}}) {
    const Real by_d =
        Slope([&, o = outcome](Real h) { return model.LogProbability(o, 0.3L + h, 0.5L); });
    const Real by_delta =
        Slope([&, o = outcome](Real h) { return model.LogProbability(o, 0.3L, 0.5L + h); });
    strength += count * by_d * by_d;
    cross += count * by_d * by_delta;
    tie += count * by_delta * by_delta;
  }
  EXPECT_NEAR(meat(0, 0), static_cast<double>(strength), 1e-9);
  EXPECT_NEAR(meat(0, 1), static_cast<double>(-strength), 1e-9);
  EXPECT_NEAR(meat(0, 2), static_cast<double>(cross), 1e-9);
  EXPECT_NEAR(meat(1, 2), static_cast<double>(-cross), 1e-9);
  EXPECT_NEAR(meat(2, 2), static_cast<double>(tie), 1e-9);
}

TEST_P(TieModelsTest, BoardHasATieCoefficientAndTheOrderOfHalfTies) {
  auto votes = testing::SyntheticVotes({.votes = 20'000, .spread = 3.0}, 11);
  testing::Board board = testing::BoardOf(votes);
  const Leaderboard half = board.Compute(Settings{});
  const Leaderboard modelled = board.Compute({.ties = GetParam()});
  ASSERT_EQ(modelled.coefficients.size(), 1u);
  EXPECT_EQ(modelled.coefficients[0].name, "tie");
  const auto span = [](const Leaderboard& l) {
    return *l.models.front().rating - *l.models.back().rating;
  };
  EXPECT_EQ(half.models.front().model, modelled.models.front().model);
  EXPECT_EQ(half.models.back().model, modelled.models.back().model);
  EXPECT_GT(span(modelled), 1.05 * span(half));  // both stretch the scale
}

TEST_P(TieModelsTest, WithoutTiesItIsPlainBradleyTerry) {
  auto votes = testing::SyntheticVotes({.votes = 2000}, arena::testing::TestSeed());
  std::erase_if(votes, [](const auto& vote) {
    return vote.outcome == Outcome::kTie || vote.outcome == Outcome::kBothBad;
  });
  testing::Board board = testing::BoardOf(votes);
  const Leaderboard plain = board.Compute(Settings{});
  const Leaderboard modelled = board.Compute({.ties = GetParam()});
  EXPECT_EQ(*plain.models[0].rating, *modelled.models[0].rating);
  EXPECT_TRUE(modelled.coefficients.empty());
}

TEST_P(TieModelsTest, OnlyTiesMakeAllEqual) {
  testing::Board board = testing::BoardOf({{"a", "b", Outcome::kTie}, {"b", "c", Outcome::kTie}});
  for (const LeaderboardRow& row : board.Compute({.ties = GetParam()}).models) {
    EXPECT_NEAR(*row.rating, 1000.0, 1e-9);
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, TieModelsTest,
                         ::testing::Values(TieRule::kDavidson, TieRule::kRaoKupper));

TEST(TieRuleTest, DroppedTiesCountAsVotesOfTheModelButNotInItsRating) {
  testing::Board with = testing::BoardOf({{"a", "b", Outcome::kLeft},
                                          {"a", "b", Outcome::kLeft},
                                          {"a", "b", Outcome::kRight},
                                          {"a", "b", Outcome::kTie}});
  testing::Board without = testing::BoardOf(
      {{"a", "b", Outcome::kLeft}, {"a", "b", Outcome::kLeft}, {"a", "b", Outcome::kRight}});
  const Leaderboard dropped = with.Compute({.ties = TieRule::kDrop});
  EXPECT_EQ(*dropped.models[0].rating, *without.Compute(Settings{}).models[0].rating);
  EXPECT_EQ(dropped.models[0].votes, 4);
}

}  // namespace
}  // namespace arena::rating
