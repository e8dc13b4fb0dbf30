#include "services/vote-ingest/core/imported_vote.h"

#include <gtest/gtest.h>

#include <set>

namespace arena::vote_ingest {
namespace {

// Whatever the release: importing again appends nothing.
TEST(ImportedVoteTest, TheSameVoteHasTheSameIdEveryTime) {
  EXPECT_EQ(ImportedBattleId("first-week", 7).ToString(), "00000000-0000-729c-95ae-a452d86712ee");
}

TEST(ImportedVoteTest, OtherVotesAndOtherSourcesHaveOtherIds) {
  std::set<BattleId> ids;
  for (int64_t index = 0; index < 1000; ++index) {
    ids.insert(ImportedBattleId("a", index));
    ids.insert(ImportedBattleId("a1", index));
  }
  EXPECT_EQ(ids.size(), 2000u);
}

}  // namespace
}  // namespace arena::vote_ingest
