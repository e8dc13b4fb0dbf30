#include "services/rating/core/pair_table.h"

#include <gtest/gtest.h>

namespace arena::rating {
namespace {

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
  EXPECT_EQ(PairTableJson(MakePairTable(models, counts)),
            R"({"models":["alpha","mid","zeta"],"pairs":[[0,1,0,0,4,5],[0,2,2,3,0,0]]})");
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
  EXPECT_EQ(PairTableJson(MakePairTable(models, counts)),
            R"({"models":["a","b"],"pairs":[[0,1,1,0,0,0]]})");
}

TEST(PairTableTest, WhatIsWrittenReadsBack) {
  const std::string json =
      R"({"models":["a","b","c"],"pairs":[[0,1,1,2,3,4],[1,2,9000000000,0,0,0]]})";
  const auto table = ParsePairTable(json);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(PairTableJson(*table), json);
}

TEST(PairTableTest, MalformedTablesAreRefused) {
  for (const char* json : {
           "",
           "[]",
           R"({"models":["a","b"]})",
           R"({"models":[1,2],"pairs":[]})",
           R"({"models":["a","b"],"pairs":[[0,1,1,1,1]]})",
           R"({"models":["a","b"],"pairs":[[0,2,1,1,1,1]]})",
           R"({"models":["a","b"],"pairs":[[1,0,1,1,1,1]]})",
           R"({"models":["a","b"],"pairs":[[0,1,-1,1,1,1]]})",
           R"({"models":["a","b"],"pairs":[[0,1,1.5,1,1,1]]})",
       }) {
    EXPECT_TRUE(absl::IsDataLoss(ParsePairTable(json).status())) << json;
  }
}

}  // namespace
}  // namespace arena::rating
