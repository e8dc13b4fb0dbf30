#include "services/rating/model/votes/pair_counts.h"

#include <gtest/gtest.h>

#include "services/rating/model/intervals/rounds.h"
#include "services/rating/model/votes/category_counts.h"
#include "services/rating/model/votes/model_index.h"
#include "tests/support/seed.h"
#include "tests/unit/rating_model/synthetic.h"

namespace arena::rating {
namespace {

TEST(PairCountsTest, CountsEachOutcomeOfEachOrderedPair) {
  PairCounts counts;
  counts.Add(3, 1, Outcome::kLeft);
  counts.Add(1, 3, Outcome::kLeft, 5);
  counts.Add(1, 3, Outcome::kBothBad);
  EXPECT_EQ(counts.Count(3, 1, Outcome::kLeft), 1);
  EXPECT_EQ(counts.Count(1, 3, Outcome::kLeft), 5);
  EXPECT_EQ(counts.Count(1, 3, Outcome::kRight), 0);
  EXPECT_EQ(counts.Count(7, 9, Outcome::kTie), 0);
  EXPECT_EQ(counts.total(), 7);
  EXPECT_EQ(counts.size(), 4u);
}

TEST(PairCountsTest, TotalsAreTheSamePairSeenFromEitherSide) {
  PairCounts counts;
  counts.Add(0, 1, Outcome::kLeft, 10);
  counts.Add(1, 0, Outcome::kLeft, 3);
  counts.Add(1, 0, Outcome::kTie, 2);
  const PairTotals from_first = counts.Totals(0, 1);
  const PairTotals from_second = counts.Totals(1, 0);
  EXPECT_EQ(from_first.wins_a, 10);
  EXPECT_EQ(from_first.wins_b, 3);
  EXPECT_EQ(from_second.wins_a, 3);
  EXPECT_EQ(from_second.wins_b, 10);
  EXPECT_EQ(from_second.ties, 2);
  EXPECT_EQ(counts.VotesByModel()[0], 15);
}

TEST(PairCountsTest, RemovalIsExactWhateverTheOrder) {
  const auto votes = testing::SyntheticVotes({.votes = 2000}, arena::testing::TestSeed());
  const auto kept = std::vector(votes.begin(), votes.begin() + 1200);
  testing::Board board = testing::BoardOf(votes);
  for (size_t n = votes.size(); n-- > 1200;) board.Add(votes[n], -1);
  // The dense indices differ, unless the same models came first; compare by name.
  testing::Board scratch;
  for (uint32_t m = 0; m < board.models.size(); ++m) scratch.models.Intern(board.models.Name(m));
  for (const auto& vote : kept) scratch.Add(vote);
  EXPECT_TRUE(board.counts == scratch.counts);
  EXPECT_EQ(board.counts.total(), 1200);
}

TEST(PairCountsTest, HoldsAHundredMillionVotesOfOnePair) {
  PairCounts counts;
  counts.Add(0, 1, Outcome::kLeft, 100'000'000);
  counts.Add(0, 1, Outcome::kRight, 100'000'000);
  counts.Add(0, 1, Outcome::kRight, -1);
  EXPECT_EQ(counts.Totals(0, 1).Total(), 199'999'999);
}

TEST(PairCountsTest, ASharedCopyStaysAsItWas) {
  RoundRandom random(arena::testing::TestSeed(), 0);
  const auto add_votes = [&random](PairCounts& counts, int votes) {
    for (int n = 0; n < votes; ++n) {
      const auto left = static_cast<uint32_t>(random.Below(40));
      const uint32_t right = (left + 1 + static_cast<uint32_t>(random.Below(39))) % 40;
      counts.Add(left, right, static_cast<Outcome>(random.Below(4)));
    }
  };
  PairCounts counts;
  add_votes(counts, 500);
  const PairCounts before = counts;
  PairCounts first = counts.Share();
  PairCounts second = counts.Share();
  add_votes(counts, 500);
  EXPECT_TRUE(first == before);
  add_votes(first, 10);
  EXPECT_TRUE(second == before);
  EXPECT_EQ(second.total(), 500);
  EXPECT_EQ(counts.total(), 1000);
  EXPECT_FALSE(counts == before);
}

TEST(PairCountsTest, VotesByModelAreTheVotesOfEach) {
  const auto votes = testing::SyntheticVotes({.votes = 500}, arena::testing::TestSeed());
  const testing::Board board = testing::BoardOf(votes);
  const std::vector<int64_t> by_model = board.counts.VotesByModel();
  ASSERT_EQ(by_model.size(), board.counts.size());
  for (uint32_t m = 0; m < by_model.size(); ++m) {
    int64_t of_model = 0;
    for (uint32_t other = 0; other < by_model.size(); ++other) {
      of_model += board.counts.Totals(m, other).Total();
    }
    EXPECT_EQ(by_model[m], of_model);
  }
}

TEST(CategoryCountsTest, EachBoardHasTheCountsOfItsVotes) {
  RoundRandom random(arena::testing::TestSeed(), 0);
  CategoryCounts categories(24);
  std::vector<PairCounts> boards(24);
  for (int n = 0; n < 5000; ++n) {
    const auto left = static_cast<uint32_t>(random.Below(9));
    const uint32_t right = (left + 1 + static_cast<uint32_t>(random.Below(8))) % 9;
    const auto outcome = static_cast<Outcome>(random.Below(4));
    const uint64_t mask = random.Bits() & random.Bits() & 0xffffff;
    const int sign = n < 4000 ? 1 : 0;
    categories.Add(left, right, outcome, mask);
    if (sign == 0) categories.Add(left, right, outcome, mask, -1);
    for (uint32_t b = 0; b < 24; ++b) {
      if (mask >> b & 1) boards[b].Add(left, right, outcome, sign);
    }
  }
  for (uint32_t b = 0; b < 24; ++b) EXPECT_TRUE(categories.Board(b) == boards[b]) << b;
}

TEST(CategoryCountsTest, ManyVotesOfOnePairAreCountedOnAllBoards) {
  constexpr int kVotes = 200'000;
  constexpr uint64_t kEven = 0x5555555555555555;
  CategoryCounts categories(64);
  // Taken back before they are added: the counts pass through zero.
  for (int n = 0; n < kVotes; ++n) categories.Add(3, 1, Outcome::kLeft, kEven, -1);
  for (int n = 0; n < 2 * kVotes; ++n) categories.Add(3, 1, Outcome::kLeft, ~uint64_t{0});
  for (uint32_t b = 0; b < 64; ++b) {
    const PairCounts board = categories.Board(b);
    EXPECT_EQ(board.Count(3, 1, Outcome::kLeft), kEven >> b & 1 ? kVotes : 2 * kVotes) << b;
    EXPECT_EQ(board.total(), board.Count(3, 1, Outcome::kLeft));
  }
}

TEST(ModelIndexTest, RefusesMoreModelsThanABoardCanHave) {
  ModelIndex models;
  for (uint32_t m = 0; m < kMaxModels; ++m) ASSERT_EQ(models.Intern(std::to_string(m)), m);
  EXPECT_EQ(models.Intern("one more"), std::nullopt);
  EXPECT_EQ(models.Intern("7"), 7u);
}

TEST(ModelIndexTest, ListsModelsByName) {
  ModelIndex models;
  for (const char* name : {"b", "c", "a"}) models.Intern(name);
  EXPECT_EQ(models.ByName(), (std::vector<uint32_t>{2, 0, 1}));
  EXPECT_EQ(models.Find("c"), 1u);
  EXPECT_EQ(models.Find("d"), std::nullopt);
}

}  // namespace
}  // namespace arena::rating
