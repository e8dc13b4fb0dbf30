#include "services/rating/core/snapshots/series.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "services/rating/core/snapshots/snapshot.h"
#include "services/rating/model/leaderboard/canonical_json.h"
#include "tests/support/seed.h"
#include "tests/unit/rating/labelled_log.h"

namespace arena::rating {
namespace {

CountsViewPtr SomeView(int votes = 400) {
  SeededRandom random(arena::testing::TestSeed());
  LogState state = testing::NewState();
  testing::ApplyAll(state, testing::RandomVotes(votes, random));
  return state.View();
}

const Table* Find(const std::vector<TablePtr>& tables, std::string_view board) {
  for (const TablePtr& table : tables) {
    if (table->board == board) return table.get();
  }
  return nullptr;
}

TEST(SeriesTest, NamesReadBack) {
  for (const Series series : kAllSeries) EXPECT_EQ(SeriesNamed(NameOf(series)), series);
  EXPECT_EQ(SeriesNamed("votes"), std::nullopt);
}

TEST(SeriesTest, EveryBoardHasTheTableTheLibraryComputes) {
  const CountsViewPtr view = SomeView();
  const SeriesSettings settings = testing::AllBoards();
  const auto tables = ComputeTables(Series::kCounts, *view, settings);
  ASSERT_TRUE(tables.ok()) << tables.status();
  ASSERT_EQ(tables->size(), settings.boards.size());
  EXPECT_TRUE(std::ranges::is_sorted(*tables, {}, [](const TablePtr& t) { return t->board; }));
  for (uint32_t board = 0; board < settings.boards.size(); ++board) {
    const Table* table = Find(*tables, settings.boards.boards()[board].name);
    ASSERT_NE(table, nullptr);
    EXPECT_EQ(table->method, "bt");
    const auto expected = ComputeLeaderboard(
        {.models = *view->models, .counts = *view->boards[board].counts}, Settings());
    EXPECT_EQ(table->content, CanonicalJson(*expected));
  }
}

// Every vote goes to the longer reply, so no coefficient of length is large enough.
TEST(SeriesTest, AStyleBoardWithoutFiniteCoefficientsIsLeftOutAndKeepsNoOtherBack) {
  SeededRandom random(arena::testing::TestSeed());
  std::vector<LogEntry> log = testing::RandomVotes(400, random);
  for (LogEntry& vote : log) {
    if (vote.language != "de") continue;
    const bool is_left = vote.position % 2 == 0;
    vote.choice = is_left ? Choice::kLeft : Choice::kRight;
    vote.left_style = {.tokens = is_left ? 200 : 100};
    vote.right_style = {.tokens = is_left ? 100 : 200};
  }
  LogState state = testing::NewState();
  testing::ApplyAll(state, log);
  const CountsViewPtr view = state.View();
  const auto style = ComputeTables(Series::kStyle, *view, testing::AllBoards());
  ASSERT_TRUE(style.ok()) << style.status();
  EXPECT_EQ(Find(*style, "language-de"), nullptr);
  EXPECT_NE(Find(*style, "overall"), nullptr);
  const auto counts = ComputeTables(Series::kCounts, *view, testing::AllBoards());
  EXPECT_NE(Find(*counts, "language-de"), nullptr);
}

TEST(SeriesTest, EloIsOfOverallAlone) {
  const auto tables = ComputeTables(Series::kElo, *SomeView(), testing::AllBoards());
  ASSERT_TRUE(tables.ok());
  ASSERT_EQ(tables->size(), 1u);
  EXPECT_EQ(tables->front()->board, "overall");
  EXPECT_EQ(tables->front()->method, "elo");
}

TEST(SeriesTest, ABoardIsPublishedOnceItHasEnoughVotes) {
  const CountsViewPtr view = SomeView();
  SeriesSettings settings;
  const size_t german = *settings.boards.Find("language-de");
  settings.board_minimum_votes = view->boards[german].counts->total();
  EXPECT_NE(Find(*ComputeTables(Series::kCounts, *view, settings), "language-de"), nullptr);
  ++settings.board_minimum_votes;
  EXPECT_EQ(Find(*ComputeTables(Series::kCounts, *view, settings), "language-de"), nullptr);
  // Without any vote `overall` is there, and empty.
  settings.board_minimum_votes = 1'000'000;
  EXPECT_EQ(ComputeTables(Series::kCounts, *testing::NewState().View(), settings)->size(), 1u);
}

TEST(SeriesTest, OnlyBoardsWithNewVotesAreComputedAgain) {
  SeededRandom random(arena::testing::TestSeed());
  LogState state = testing::NewState();
  testing::ApplyAll(state, testing::RandomVotes(400, random));
  TableCache cache;
  const SeriesSettings settings = testing::AllBoards();
  const auto before = ComputeTables(Series::kCounts, *state.View(), settings, &cache);
  ASSERT_TRUE(state
                  .Apply({.position = 401,
                          .left_model = ModelId{1},
                          .right_model = ModelId{2},
                          .choice = Choice::kTie,
                          .is_rated = true,
                          .language = "de"})
                  .ok());
  const auto after = ComputeTables(Series::kCounts, *state.View(), settings, &cache);
  EXPECT_EQ(Find(*after, "coding"), Find(*before, "coding"));
  EXPECT_EQ(Find(*after, "language-en"), Find(*before, "language-en"));
  EXPECT_NE(Find(*after, "language-de"), Find(*before, "language-de"));
  EXPECT_NE(Find(*after, "overall"), Find(*before, "overall"));
  const auto scratch = ComputeTables(Series::kCounts, *state.View(), settings);
  EXPECT_EQ(DigestOf(EncodeTables(*after)), DigestOf(EncodeTables(*scratch)));
}

TEST(SeriesTest, AnyNumberOfThreadsComputesTheSameTables) {
  const CountsViewPtr view = SomeView();
  const SeriesSettings settings = testing::AllBoards();
  for (const Series series : kAllSeries) {
    const auto alone = ComputeTables(series, *view, settings);
    ASSERT_TRUE(alone.ok()) << alone.status();
    for (const int threads : {2, 3, 100}) {
      TableCache cache;
      const auto together = ComputeTables(series, *view, settings, &cache, threads);
      ASSERT_TRUE(together.ok()) << together.status();
      EXPECT_EQ(DigestOf(EncodeTables(*together)), DigestOf(EncodeTables(*alone))) << threads;
    }
  }
}

TEST(SeriesTest, TablesReadBackToTheSameBytes) {
  const auto tables = ComputeTables(Series::kCounts, *SomeView(), testing::AllBoards());
  const auto encoded = EncodeTables(*tables);
  const std::string digest = DigestOf(encoded);
  const auto decoded = DecodeTables(digest, encoded);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  for (size_t i = 0; i < tables->size(); ++i) {
    EXPECT_EQ(CanonicalJson((*decoded)[i]->leaderboard), (*tables)[i]->content);
  }
  for (size_t i = 0; i < encoded.size(); ++i) {
    auto tampered = encoded;
    tampered[i].content += ' ';
    EXPECT_TRUE(absl::IsDataLoss(DecodeTables(digest, tampered).status())) << encoded[i].board;
  }
}

TEST(SeriesTest, SettingsDefineEveryBoard) {
  const SeriesSettings settings;
  const auto counts = nlohmann::json::parse(SettingsJson(Series::kCounts, settings));
  EXPECT_EQ(counts["series"], "counts");
  EXPECT_EQ(counts["boards"].size(), settings.boards.size());
  EXPECT_EQ(counts["boards"][1]["name"], "coding");
  EXPECT_EQ(counts["boards"][1]["version"], 1);
  EXPECT_EQ(counts["board_minimum_votes"], 300);
  EXPECT_EQ(counts["settings"]["style_control"], false);
  const auto elo = nlohmann::json::parse(SettingsJson(Series::kElo, settings));
  EXPECT_EQ(elo["boards"].size(), 1u);
  EXPECT_EQ(elo["settings"]["method"], "elo");
  const auto style = nlohmann::json::parse(SettingsJson(Series::kStyle, settings));
  EXPECT_EQ(style["method"], "bt-style");
  EXPECT_EQ(style["settings"]["style_control"], true);
}

}  // namespace
}  // namespace arena::rating
