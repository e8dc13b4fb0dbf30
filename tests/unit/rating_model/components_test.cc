#include "services/rating/model/votes/components.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "services/rating/model/intervals/rounds.h"
#include "tests/support/seed.h"

namespace arena::rating {
namespace {

using Parts = std::vector<std::vector<uint32_t>>;

Parts Sorted(Parts parts) {
  std::ranges::sort(parts);
  return parts;
}

// By reachability, which is obvious and slow.
Parts PartsByReach(uint32_t size, const std::vector<BeatOrTied>& edges) {
  std::vector<std::vector<bool>> reach(size, std::vector<bool>(size));
  for (uint32_t v = 0; v < size; ++v) reach[v][v] = true;
  for (const BeatOrTied& edge : edges) reach[edge.winner][edge.loser] = true;
  for (uint32_t k = 0; k < size; ++k)
    for (uint32_t i = 0; i < size; ++i)
      for (uint32_t j = 0; j < size; ++j)
        if (reach[i][k] && reach[k][j]) reach[i][j] = true;
  std::set<std::vector<uint32_t>> parts;
  for (uint32_t i = 0; i < size; ++i) {
    std::vector<uint32_t> part;
    for (uint32_t j = 0; j < size; ++j)
      if (reach[i][j] && reach[j][i]) part.push_back(j);
    parts.insert(part);
  }
  return Parts(parts.begin(), parts.end());
}

TEST(ComponentsTest, ChainOfWinsIsAllSingles) {
  EXPECT_EQ(StronglyConnectedParts(3, std::vector<BeatOrTied>{{0, 1}, {1, 2}}).size(), 3u);
}

TEST(ComponentsTest, CycleOfWinsIsOnePart) {
  EXPECT_EQ(StronglyConnectedParts(3, std::vector<BeatOrTied>{{0, 1}, {1, 2}, {2, 0}}),
            (Parts{{0, 1, 2}}));
}

TEST(ComponentsTest, AgreesWithReachabilityOnRandomGraphs) {
  for (uint64_t round = 0; round < 300; ++round) {
    RoundRandom random(arena::testing::TestSeed(), round);
    const auto size = static_cast<uint32_t>(1 + random.Below(12));
    std::vector<BeatOrTied> edges(random.Below(20));
    for (BeatOrTied& edge : edges) {
      edge = {static_cast<uint32_t>(random.Below(size)), static_cast<uint32_t>(random.Below(size))};
    }
    ASSERT_EQ(Sorted(StronglyConnectedParts(size, edges)), PartsByReach(size, edges)) << round;
  }
}

TEST(ComponentsTest, LongChainNeedsNoRecursion) {
  std::vector<BeatOrTied> edges;
  for (uint32_t v = 0; v < 1'000'000; ++v) edges.push_back({v, (v + 1) % 1'000'000});
  EXPECT_EQ(StronglyConnectedParts(1'000'000, edges).size(), 1u);
}

}  // namespace
}  // namespace arena::rating
