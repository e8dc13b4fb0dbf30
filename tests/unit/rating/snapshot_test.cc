#include "services/rating/core/snapshots/snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/random.h"
#include "services/rating/core/log/log_state.h"
#include "services/rating/model/leaderboard/canonical_json.h"
#include "tests/support/seed.h"

namespace arena::rating {
namespace {

CountsViewPtr SomeView() {
  SeededRandom random(testing::TestSeed());
  LogState state({});
  for (int i = 0; i < 6; ++i) state.NameModel(ModelId{i}, "model-" + std::to_string(i));
  for (int64_t position = 1; position <= 300; ++position) {
    const auto left = static_cast<int>(random.Below(5));
    EXPECT_TRUE(state
                    .Apply({.position = position,
                            .left_model = ModelId{left},
                            .right_model = ModelId{(left + 1) % 5},
                            .choice = static_cast<Choice>(1 + random.Below(4)),
                            .is_rated = true})
                    .ok());
  }
  // A newcomer with one vote: it cannot be rated, so its row has absent numbers.
  EXPECT_TRUE(state
                  .Apply({.position = 301,
                          .left_model = ModelId{5},
                          .right_model = ModelId{0},
                          .choice = Choice::kLeft,
                          .is_rated = true})
                  .ok());
  return state.View();
}

std::vector<TablePtr> TablesOf(Series series, const CountsView& view) {
  return *ComputeTables(series, view, {});
}

TEST(SnapshotTest, TablesReadBackToTheSameBytes) {
  for (const Series series : {Series::kCounts, Series::kElo}) {
    const auto tables = EncodeTables(TablesOf(series, *SomeView()));
    const auto decoded = DecodeTables(DigestOf(tables), tables);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    ASSERT_EQ(decoded->size(), tables.size());
    for (size_t i = 0; i < tables.size(); ++i) {
      EXPECT_EQ(CanonicalJson((*decoded)[i]->leaderboard), tables[i].content);
      EXPECT_EQ((*decoded)[i]->board, tables[i].board);
      EXPECT_EQ((*decoded)[i]->method, tables[i].method);
    }
  }
}

TEST(SnapshotTest, ANewcomerWithOneVoteIsListedWithoutRating) {
  const Snapshot snapshot{.header = {}, .tables = TablesOf(Series::kCounts, *SomeView())};
  const TablePtr overall = snapshot.Find("overall");
  ASSERT_NE(overall, nullptr);
  const LeaderboardRow& last = overall->leaderboard.models.back();
  EXPECT_EQ(last.model, "model-5");
  EXPECT_FALSE(last.rating.has_value());
  EXPECT_EQ(last.rank, 0);
  EXPECT_EQ(snapshot.Find("no-such-board"), nullptr);
}

TEST(SnapshotTest, TheServedTableIsWhatTheLibraryComputes) {
  const CountsViewPtr view = SomeView();
  const BoardVotes votes{.models = *view->models,
                         .counts = *view->boards[0].counts,
                         .elo_ratings = &view->elo_ratings};
  const Snapshot counts{.header = {}, .tables = TablesOf(Series::kCounts, *view)};
  const Snapshot elo{.header = {}, .tables = TablesOf(Series::kElo, *view)};
  EXPECT_EQ(counts.Find("overall")->content, CanonicalJson(*ComputeLeaderboard(votes, Settings())));
  EXPECT_EQ(elo.Find("overall")->content, CanonicalJson(*ComputeLeaderboard(votes, EloSettings())));
}

// Digests are published and kept for good, so no release may reckon them otherwise.
TEST(SnapshotTest, DigestsAreThoseOfTheFirstRelease) {
  const EncodedTable overall = {"overall", "bt",
                                R"({"method":"bt","votes":0,"groups":0,"models":[]})"};
  const EncodedTable coding = {"coding", "bt-style", "{}"};
  EXPECT_EQ(DigestOf({overall}),
            "f00fec998c83fd0ebba60433d102aec6a83031c657cd4b1d21619f5b4aac56c8");
  EXPECT_EQ(DigestOf({overall, coding}),
            "53f432a80994b25e63f0f81ace6fc56a9e8ca48cf3e2b0819ae6ba17764e02f9");
}

TEST(SnapshotTest, TablesWithoutTheirDigestAreRefused) {
  const auto tables = EncodeTables(TablesOf(Series::kCounts, *SomeView()));
  const std::string digest = DigestOf(tables);
  ASSERT_GT(tables.size(), 1u);
  for (size_t i = 0; i < tables.size(); ++i) {
    for (const auto part : {&EncodedTable::board, &EncodedTable::method, &EncodedTable::content}) {
      auto tampered = tables;
      tampered[i].*part += " ";
      EXPECT_TRUE(absl::IsDataLoss(DecodeTables(digest, tampered).status())) << tables[i].board;
    }
  }
}

TEST(SnapshotTest, MalformedTablesAreRefused) {
  for (const char* content :
       {"", "[]", "{", "{}", R"({"method":"bt","votes":"many","groups":1,"models":[]})",
        R"({"method":"bt","votes":1,"groups":1,"models":[{"model":"a"}]})"}) {
    const std::vector<EncodedTable> tables = {{"overall", "bt", content}};
    EXPECT_TRUE(absl::IsDataLoss(DecodeTables(DigestOf(tables), tables).status())) << content;
  }
}

TEST(SnapshotTest, AnEmptyLogHasEmptyTables) {
  LogState state({});
  for (const Series series : {Series::kCounts, Series::kElo}) {
    const auto tables = ComputeTables(series, *state.View(), {});
    ASSERT_TRUE(tables.ok()) << tables.status();
    ASSERT_EQ(tables->size(), 1u);
    EXPECT_TRUE(tables->front()->leaderboard.models.empty());
  }
}

TEST(PublishRuleTest, OnlyWhatIsNewIsWorthPublishing) {
  const SnapshotHeader newest{.id = 3, .position = 100, .settings = "s", .library_version = "1"};
  struct Case {
    const char* name;
    const SnapshotHeader* newest;
    int64_t position;
    const char* settings;
    const char* version;
    bool expected;
  };
  const Case cases[] = {
      {"an empty log", nullptr, 0, "s", "1", false},
      {"the first vote", nullptr, 1, "s", "1", true},
      {"a new vote", &newest, 101, "s", "1", true},
      {"nothing new", &newest, 100, "s", "1", false},
      {"a replica that lags", &newest, 99, "s", "1", false},
      {"a replica that lags, with new settings", &newest, 99, "t", "2", false},
      {"new settings", &newest, 100, "t", "1", true},
      {"a new library", &newest, 100, "s", "2", true},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(IsWorthPublishing(test.newest, test.position, test.settings, test.version),
              test.expected)
        << test.name;
  }
}

}  // namespace
}  // namespace arena::rating
