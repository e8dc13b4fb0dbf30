#include "tools/arenactl/leaderboard/verify/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "services/rating/model/leaderboard/canonical_json.h"
#include "services/rating/model/library_version.h"
#include "tests/support/seed.h"
#include "tests/unit/rating/labelled_log.h"

namespace arena::arenactl {
namespace {

using ::testing::HasSubstr;

// A published snapshot and what the log says.
class ComparisonTest : public ::testing::Test {
 protected:
  ComparisonTest() {
    SeededRandom random(arena::testing::TestSeed());
    rating::LogState state = rating::testing::NewState();
    rating::testing::ApplyAll(state, rating::testing::RandomVotes(500, random));
    recomputed_ =
        *ComputeTables(rating::Series::kCounts, *state.View(), rating::testing::AllBoards());
    stored_.header.library_version = rating::kLibraryVersion;
    stored_.tables = EncodeTables(recomputed_);
    stored_.header.digest = DigestOf(stored_.tables);
  }

  rating::EncodedTable& StoredTable(std::string_view board) {
    return *std::ranges::find(stored_.tables, board, &rating::EncodedTable::board);
  }

  // Changes what is stored of a board, digest and all, as if it had been published so.
  template <typename Change>
  void Tamper(std::string_view board, Change change) {
    for (const rating::TablePtr& table : recomputed_) {
      if (table->board != board) continue;
      rating::Leaderboard leaderboard = table->leaderboard;
      change(leaderboard);
      StoredTable(board).content = CanonicalJson(leaderboard);
    }
    stored_.header.digest = DigestOf(stored_.tables);
  }

  void ExpectDifference(const std::string& difference) {
    const Comparison comparison = Compare(stored_, recomputed_);
    EXPECT_EQ(comparison.agreement, Agreement::kDiffers);
    EXPECT_THAT(comparison.difference, HasSubstr(difference));
  }

  StoredSnapshot stored_;
  std::vector<rating::TablePtr> recomputed_;
};

TEST_F(ComparisonTest, TheSameBytesAgree) {
  EXPECT_EQ(Compare(stored_, recomputed_).agreement, Agreement::kSameBytes);
}

TEST_F(ComparisonTest, TheLastBitOfOneRatingDiffersAndIsNamed) {
  std::string model;
  Tamper("coding", [&](rating::Leaderboard& board) {
    rating::LeaderboardRow& row = board.models[1];
    model = row.model;
    row.rating = std::nextafter(*row.rating, 1e9);
  });
  ExpectDifference("board coding: model " + model + ": rating is stored as ");
}

TEST_F(ComparisonTest, AMissingModelAndOneTooManyAreNamed) {
  Tamper("math", [](rating::Leaderboard& board) { board.models[0].model = "stranger"; });
  ExpectDifference("board math: model stranger: is stored, but has no vote in the log");
  Tamper("math", [](rating::Leaderboard& board) { board.models.pop_back(); });
  ExpectDifference("has votes in the log, but is not stored");
}

TEST_F(ComparisonTest, WhatIsNoLeaderboardIsNamed) {
  StoredTable("overall").content = "{}";
  ExpectDifference("board overall: what is stored is no leaderboard");
}

TEST_F(ComparisonTest, OtherBytesOfTheSameNumbersDiffer) {
  StoredTable("overall").content += ' ';
  ExpectDifference("board overall: the same numbers are stored in other bytes");
}

TEST_F(ComparisonTest, AMissingBoardAndOneTooManyAreNamed) {
  const rating::EncodedTable last = stored_.tables.back();
  stored_.tables.pop_back();
  ExpectDifference("board " + last.board + ": it is recomputed, but not stored");
  stored_.tables.push_back({.board = "poetry", .method = "bt", .content = last.content});
  ExpectDifference("board poetry: it is stored, but not recomputed");
}

TEST_F(ComparisonTest, AForeignDigestOfTheRightTablesDiffers) {
  stored_.header.digest[0] = stored_.header.digest[0] == 'a' ? 'b' : 'a';
  ExpectDifference("the header's digest is not that of the tables");
}

TEST_F(ComparisonTest, AnotherLibraryMayDifferByABillionth) {
  stored_.header.library_version = "0";
  EXPECT_EQ(Compare(stored_, recomputed_).agreement, Agreement::kSameNumbers);
  const auto move = [this](double share) {
    Tamper("overall", [share](rating::Leaderboard& board) {
      board.models[0].rating = *board.models[0].rating * (1 + share);
      std::ranges::reverse(board.models);
    });
  };
  move(5e-10);
  EXPECT_EQ(Compare(stored_, recomputed_).agreement, Agreement::kSameNumbers);
  move(2e-9);
  ExpectDifference("board overall: model ");
}

TEST_F(ComparisonTest, AnotherLibraryMustCountTheSameVotes) {
  stored_.header.library_version = "0";
  Tamper("overall", [](rating::Leaderboard& board) { ++board.models[0].votes; });
  ExpectDifference(": votes is stored as ");
}

}  // namespace
}  // namespace arena::arenactl
