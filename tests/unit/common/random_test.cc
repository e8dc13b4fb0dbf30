#include "common/base/random.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

#include "tests/support/seed.h"

namespace arena {
namespace {

TEST(SeededRandomTest, GivesThePublishedNumbersOfSplitMix64) {
  // The reference implementation's first numbers for the seed 1234567.
  SeededRandom random(1234567);
  EXPECT_EQ(random.Bits(), 6457827717110365317u);
  EXPECT_EQ(random.Bits(), 3203168211198807973u);
  EXPECT_EQ(random.Bits(), 9817491932198370423u);
}

TEST(RandomTest, BelowStaysBelowAndReachesEveryValueEvenly) {
  SeededRandom random(testing::TestSeed());
  std::array<int, 7> counts{};
  for (int i = 0; i < 70'000; ++i) ++counts.at(random.Below(counts.size()));
  // Ten standard deviations around 10,000.
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 930);
}

TEST(RandomTest, BelowDrawsAgainWhereTheRemainderWouldBeBiased) {
  class Fixed : public Random {
   public:
    uint64_t Bits() override { return bits[next++]; }
    std::array<uint64_t, 2> bits = {UINT64_MAX, 5};
    size_t next = 0;
  } random;
  EXPECT_EQ(random.Below(10), 5u);
  EXPECT_EQ(random.next, 2u);
}

TEST(SecureRandomTest, DoesNotRepeatItselfAcrossRefills) {
  SecureRandom random;
  std::set<uint64_t> seen;
  for (int i = 0; i < 2'000; ++i) seen.insert(random.Bits());
  EXPECT_EQ(seen.size(), 2'000u);
}

}  // namespace
}  // namespace arena
