#include "services/rating/core/answers/pair_table.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace arena::rating {
namespace {

// Each pair on a line: a b wins_a wins_b ties both_bad.
std::string TextOf(const PairTable& table) {
  std::string text;
  for (const PairTable::Pair& pair : table.pairs) {
    text +=
        fmt::format("{} {} {} {} {} {}\n", table.models[pair.a], table.models[pair.b],
                    pair.totals.wins_a, pair.totals.wins_b, pair.totals.ties, pair.totals.both_bad);
  }
  return text;
}

TEST(PairTableTest, NamesAndPairsAreSortedWhateverTheOrderOfTheVotes) {
  ModelIndex models;
  PairCounts counts;
  const uint32_t zeta = *models.Intern("zeta");
  const uint32_t alpha = *models.Intern("alpha");
  const uint32_t mid = *models.Intern("mid");
  counts.Add(zeta, alpha, Outcome::kLeft, 3);
  counts.Add(alpha, zeta, Outcome::kLeft, 2);
  counts.Add(mid, alpha, Outcome::kTie, 4);
  counts.Add(alpha, mid, Outcome::kBothBad, 5);
  const PairTable table = MakePairTable(models, counts);
  EXPECT_EQ(table.models, (std::vector<std::string>{"alpha", "mid", "zeta"}));
  EXPECT_EQ(TextOf(table), "alpha mid 0 0 4 5\nalpha zeta 2 3 0 0\n");
}

TEST(PairTableTest, AModelWhoseVotesAreAllTakenBackIsNotListed) {
  ModelIndex models;
  PairCounts counts;
  const uint32_t a = *models.Intern("a");
  const uint32_t b = *models.Intern("b");
  const uint32_t c = *models.Intern("c");
  counts.Add(a, b, Outcome::kLeft);
  counts.Add(a, c, Outcome::kLeft);
  counts.Add(a, c, Outcome::kLeft, -1);
  const PairTable table = MakePairTable(models, counts);
  EXPECT_EQ(table.models, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(TextOf(table), "a b 1 0 0 0\n");
}

}  // namespace
}  // namespace arena::rating
