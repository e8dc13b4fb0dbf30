#include "services/matchmaker/core/draw.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <vector>

#include "common/base/hex.h"
#include "tests/support/seed.h"
#include "tests/unit/matchmaker/chi_square.h"

namespace arena::matchmaker {
namespace {

EligibleSet Models(std::vector<int> ids) {
  std::vector<ModelId> models;
  for (const int id : ids) models.push_back(ModelId{id});
  return EligibleSet(std::move(models));
}

EligibleSet FirstModels(int count) {
  std::vector<int> ids(static_cast<size_t>(count));
  std::iota(ids.begin(), ids.end(), 1);
  return Models(ids);
}

std::vector<int> CountsOf(const std::map<std::pair<ModelId, ModelId>, int>& tally) {
  std::vector<int> counts;
  for (const auto& [pair, count] : tally) counts.push_back(count);
  return counts;
}

TEST(DrawTest, EveryOrderedPairIsEquallyLikely) {
  SeededRandom random(testing::TestSeed());
  for (const int count : {2, 3, 5, 12}) {
    const EligibleSet eligible = FirstModels(count);
    std::map<std::pair<ModelId, ModelId>, int> tally;
    const int cells = count * (count - 1);
    for (int i = 0; i < 400 * cells; ++i) {
      const Draw draw = DrawPair(UniformPolicy(), eligible, random);
      ++tally[{draw.left, *draw.right}];
    }
    ASSERT_EQ(tally.size(), static_cast<size_t>(cells)) << count << " models";
    EXPECT_TRUE(testing::LooksUniform(CountsOf(tally))) << count << " models";
  }
}

TEST(DrawTest, EachSeedDrawsUniformly) {
  const EligibleSet eligible = FirstModels(7);
  for (uint64_t run = 0; run < 20; ++run) {
    SeededRandom random(testing::TestSeed() + run);
    std::map<std::pair<ModelId, ModelId>, int> tally;
    for (int i = 0; i < 8'000; ++i) {
      const Draw draw = DrawPair(UniformPolicy(), eligible, random);
      ++tally[{draw.left, *draw.right}];
    }
    EXPECT_TRUE(testing::LooksUniform(CountsOf(tally))) << "run " << run;
  }
}

TEST(DrawTest, TheSideCoinIsFairAndIndependentOfThePair) {
  SeededRandom random(testing::TestSeed());
  const EligibleSet eligible = FirstModels(4);
  std::map<std::pair<ModelId, ModelId>, std::vector<int>> heads_and_tails;
  for (int i = 0; i < 24'000; ++i) {
    const Draw draw = DrawPair(UniformPolicy(), eligible, random);
    auto& counts = heads_and_tails[std::minmax(draw.left, *draw.right)];
    counts.resize(2);
    ++counts[draw.smaller_left ? 1 : 0];
  }
  for (const auto& [pair, counts] : heads_and_tails) EXPECT_TRUE(testing::LooksUniform(counts));
}

TEST(DrawTest, TheCoinSaysWhetherTheSmallerIdStandsLeft) {
  SeededRandom random(testing::TestSeed());
  const EligibleSet eligible = FirstModels(9);
  for (int i = 0; i < 1'000; ++i) {
    const Draw draw = DrawPair(UniformPolicy(), eligible, random);
    EXPECT_EQ(draw.smaller_left, draw.left < *draw.right);
  }
}

TEST(DrawTest, ProbabilitiesOfAllPairsSumToOne) {
  SeededRandom random(testing::TestSeed());
  for (const int count : {2, 3, 10, 40}) {
    const EligibleSet eligible = FirstModels(count);
    std::map<std::pair<ModelId, ModelId>, double> probability;
    const size_t pairs = static_cast<size_t>(count * (count - 1) / 2);
    while (probability.size() < pairs) {
      const Draw draw = DrawPair(UniformPolicy(), eligible, random);
      probability[std::minmax(draw.left, *draw.right)] = draw.probability;
    }
    double sum = 0;
    for (const auto& [pair, p] : probability) sum += p;
    EXPECT_NEAR(sum, 1, 1e-12) << count << " models";
  }
}

TEST(DrawTest, IsLoggedWithPolicyEpochAndEligibleSet) {
  SeededRandom random(testing::TestSeed());
  const Draw draw = DrawPair(UniformPolicy(), Models({12, 3}), random);
  EXPECT_EQ(draw.number, 1);
  EXPECT_EQ(draw.policy, "uniform");
  EXPECT_EQ(draw.policy_epoch, 1);
  EXPECT_DOUBLE_EQ(draw.probability, 1);
  EXPECT_EQ(ToHex(draw.eligible_digest), ToHex(Sha256("3,12")));
}

TEST(DrawTest, AnotherPolicyIsAnotherValue) {
  SeededRandom random(testing::TestSeed());
  const PairPolicy first_two{
      .name = "first-two", .epoch = 4, .choose = [](std::span<const ModelId> eligible, Random&) {
        return PairChoice{eligible[0], eligible[1], 0.25};
      }};
  const Draw draw = DrawPair(first_two, Models({5, 6, 7}), random);
  EXPECT_EQ(std::minmax(draw.left, *draw.right), std::minmax(ModelId{5}, ModelId{6}));
  EXPECT_EQ(draw.policy, "first-two");
  EXPECT_EQ(draw.policy_epoch, 4);
  EXPECT_DOUBLE_EQ(draw.probability, 0.25);
}

TEST(DrawTest, NamedModelsKeepTheirSidesAndHaveNoProbability) {
  const Draw named = NameModels(ModelId{8}, ModelId{2});
  EXPECT_EQ(named.left, ModelId{8});
  EXPECT_EQ(named.right, ModelId{2});
  EXPECT_FALSE(named.smaller_left);
  EXPECT_EQ(named.policy, "named");
  EXPECT_DOUBLE_EQ(named.probability, 0);
  EXPECT_EQ(NameModels(ModelId{8}, std::nullopt).right, std::nullopt);
}

TEST(EligibleSetTest, DigestDoesNotDependOnTheOrder) {
  EXPECT_EQ(Models({3, 1, 2}).digest(), Models({1, 2, 3}).digest());
  EXPECT_NE(Models({1, 2, 3}).digest(), Models({1, 23}).digest());
  EXPECT_EQ(Models({1, 2, 3}).Without(std::vector{ModelId{2}}).digest(), Models({1, 3}).digest());
}

}  // namespace
}  // namespace arena::matchmaker
