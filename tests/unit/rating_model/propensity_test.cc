#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "services/rating/model/intervals/rounds.h"
#include "services/rating/model/votes/propensity_sums.h"
#include "tests/support/seed.h"

namespace arena::rating {
namespace {

bool SameBits(const std::vector<PairTerm>& a, const std::vector<PairTerm>& b) {
  return std::ranges::equal(a, b, [](const PairTerm& x, const PairTerm& y) {
    return x.first == y.first && x.second == y.second && x.wins == y.wins && x.losses == y.losses &&
           x.ties == y.ties && x.wins_squared == y.wins_squared &&
           x.losses_squared == y.losses_squared && x.ties_squared == y.ties_squared;
  });
}

TEST(PropensitySumsTest, SumsInverseProbabilitiesAndTheirSquares) {
  PropensitySums sums;
  sums.Add(1, 0, Outcome::kLeft, 0.25);
  sums.Add(0, 1, Outcome::kRight, 0.5);
  sums.Add(0, 1, Outcome::kBothBad, 1.0);
  const auto terms = sums.Terms(std::vector<uint32_t>{0, 1}, TieRule::kHalf);
  ASSERT_EQ(terms.size(), 1u);
  EXPECT_EQ(terms[0].wins, 0.0);
  EXPECT_EQ(terms[0].losses, 6.0);
  EXPECT_EQ(terms[0].losses_squared, 20.0);
  EXPECT_EQ(terms[0].ties, 1.0);
  EXPECT_EQ(sums.Terms(std::vector<uint32_t>{1, 0}, TieRule::kDrop)[0].wins, 6.0);
}

TEST(PropensitySumsTest, TakingVotesBackIsExact) {
  RoundRandom random(arena::testing::TestSeed(), 0);
  PropensitySums all, kept;
  const std::vector<uint32_t> models = {0, 1, 2, 3};
  struct Drawn {
    uint32_t left, right;
    Outcome outcome;
    double probability;
  };
  std::vector<Drawn> taken_back;
  for (int n = 0; n < 5000; ++n) {
    const auto left = static_cast<uint32_t>(random.Below(4));
    const Drawn drawn{left, (left + 1 + static_cast<uint32_t>(random.Below(3))) % 4,
                      static_cast<Outcome>(random.Below(4)), random.Uniform()};
    all.Add(drawn.left, drawn.right, drawn.outcome, drawn.probability);
    if (n % 2 == 0) {
      kept.Add(drawn.left, drawn.right, drawn.outcome, drawn.probability);
    } else {
      taken_back.push_back(drawn);
    }
  }
  for (const Drawn& drawn : taken_back) {
    all.Add(drawn.left, drawn.right, drawn.outcome, drawn.probability, -1);
  }
  EXPECT_TRUE(SameBits(all.Terms(models, TieRule::kHalf), kept.Terms(models, TieRule::kHalf)));
}

TEST(PropensitySumsTest, AVanishingProbabilityWeighsAMillion) {
  EXPECT_EQ(PropensityWeight(1e-300), 1e6);
  EXPECT_EQ(PropensityWeight(0.125), 8.0);
}

}  // namespace
}  // namespace arena::rating
