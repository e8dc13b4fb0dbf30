#include "services/rating/core/snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/random.h"
#include "services/rating/core/log_state.h"
#include "services/rating/model/canonical_json.h"
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

SnapshotHeader HeaderOf(const std::vector<EncodedTable>& tables) {
  return {.id = 1,
          .position = 301,
          .settings = SnapshotSettingsJson({}),
          .library_version = "1",
          .digest = DigestOf(tables),
          .publish_time = absl::UnixEpoch()};
}

TEST(SnapshotTest, TablesReadBackToTheSameBytes) {
  const auto tables = EncodeTables(*ComputeTables(*SomeView(), {}));
  const auto snapshot = DecodeSnapshot(HeaderOf(tables), tables);
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  const auto again = EncodeTables(snapshot->boards);
  ASSERT_EQ(again.size(), tables.size());
  for (size_t i = 0; i < tables.size(); ++i) {
    EXPECT_EQ(again[i].board, tables[i].board);
    EXPECT_EQ(again[i].method, tables[i].method);
    EXPECT_EQ(again[i].content, tables[i].content);
  }
}

TEST(SnapshotTest, ANewcomerWithOneVoteIsListedWithoutRating) {
  const auto boards = ComputeTables(*SomeView(), {});
  ASSERT_TRUE(boards.ok());
  const LeaderboardRow& last = boards->front().bradley_terry.models.back();
  EXPECT_EQ(last.model, "model-5");
  EXPECT_FALSE(last.rating.has_value());
  EXPECT_EQ(last.rank, 0);
}

TEST(SnapshotTest, TheServedTableIsWhatTheLibraryComputes) {
  const CountsViewPtr view = SomeView();
  const auto boards = ComputeTables(*view, {});
  ASSERT_TRUE(boards.ok());
  const BoardVotes votes{.models = *view->models,
                         .counts = *view->boards[0].counts,
                         .elo_ratings = &view->elo_ratings};
  EXPECT_EQ(CanonicalJson(boards->front().bradley_terry),
            CanonicalJson(*ComputeLeaderboard(votes, Settings())));
  EXPECT_EQ(CanonicalJson(boards->front().elo),
            CanonicalJson(*ComputeLeaderboard(votes, EloSettings())));
}

TEST(SnapshotTest, TablesWithoutTheirDigestAreRefused) {
  auto tables = EncodeTables(*ComputeTables(*SomeView(), {}));
  const SnapshotHeader header = HeaderOf(tables);
  tables[1].content += " ";
  EXPECT_TRUE(absl::IsDataLoss(DecodeSnapshot(header, tables).status()));
}

TEST(SnapshotTest, MalformedTablesAreRefused) {
  for (const char* content :
       {"", "[]", "{", "{}", R"({"method":"bt","votes":"many","groups":1,"models":[]})",
        R"({"method":"bt","votes":1,"groups":1,"models":[{"model":"a"}]})"}) {
    const std::vector<EncodedTable> tables = {{"overall", "bt", content}};
    EXPECT_TRUE(absl::IsDataLoss(DecodeSnapshot(HeaderOf(tables), tables).status())) << content;
  }
}

TEST(SnapshotTest, ATableOfAnUnknownMethodIsSkipped) {
  const std::vector<EncodedTable> tables = {{"overall", "something-new", "{}"}};
  EXPECT_TRUE(DecodeSnapshot(HeaderOf(tables), tables).ok());
}

TEST(SnapshotTest, AnEmptyLogHasEmptyTables) {
  LogState state({});
  const auto boards = ComputeTables(*state.View(), {});
  ASSERT_TRUE(boards.ok()) << boards.status();
  EXPECT_TRUE(boards->front().bradley_terry.models.empty());
  EXPECT_EQ(PairTableJson(boards->front().pairs), R"({"models":[],"pairs":[]})");
}

TEST(SnapshotTest, SettingsNameEveryBoardAndMethod) {
  const std::string json = SnapshotSettingsJson({});
  EXPECT_THAT(json, ::testing::StartsWith(R"({"boards":[{"board":"overall")"));
  EXPECT_THAT(json, ::testing::HasSubstr(R"("method":"bt")"));
  EXPECT_THAT(json, ::testing::HasSubstr(R"("method":"elo")"));
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
