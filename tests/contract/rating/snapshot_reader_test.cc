#include "services/rating/storage/snapshot_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "services/rating/storage/snapshot_store.h"
#include "tests/support/test_postgres.h"
#include "tests/support/vote_log_writer.h"

namespace arena::rating {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

absl::Time At(int64_t seconds) { return absl::FromUnixSeconds(1'800'000'000 + seconds); }

// Snapshots are put there by hand, so that they have the times that the tests need.
class SnapshotReaderTest : public ::testing::Test {
 protected:
  // With a table for each of `boards`; returns its number.
  int64_t Put(std::string_view series, int64_t position, absl::Time time,
              const std::vector<std::string>& boards = {"overall"}) {
    const int64_t id = writer_.Number(fmt::format(
        "insert into arena.leaderboard_snapshots (series, position, settings, library_version, "
        "digest, term, publish_time) values ('{}', {}, '{{\"series\":\"{}\"}}', '1', 'digest-{}', "
        "1, to_timestamp({}::numeric / 1000000)) returning snapshot_id",
        series, position, series, position, absl::ToUnixMicros(time)));
    const std::string method = series == "elo" ? "elo" : series == "style" ? "bt-style" : "bt";
    for (const std::string& board : boards) {
      writer_.Execute(
          fmt::format("insert into arena.leaderboard_tables (snapshot_id, board, method, content) "
                      "values ({}, '{}', '{}', '{{\"at\":{}}}')",
                      id, board, method, position));
    }
    return id;
  }

  void Thin(int64_t id) { ASSERT_TRUE(store_.Thin(std::vector{id}).ok()); }

  // The position that a read as of then finds; nothing when it finds none.
  std::optional<int64_t> PositionAsOf(const AsOf& as_of, Series series = Series::kCounts) {
    const auto read = reader_.ReadBoard(series, as_of, "overall");
    EXPECT_TRUE(read.ok()) << read.status();
    if (!read.ok() || !*read) return std::nullopt;
    return (*read)->header.position;
  }

  std::vector<int64_t> Positions(const SnapshotFilter& filter,
                                 const std::optional<ListedUntil>& until = std::nullopt,
                                 int limit = 100) {
    std::vector<int64_t> positions;
    const auto headers = reader_.List(filter, until, limit);
    EXPECT_TRUE(headers.ok()) << headers.status();
    for (const SnapshotHeader& header : *headers) positions.push_back(header.position);
    return positions;
  }

  std::vector<int64_t> History(const HistoryFilter& filter, const HistoryUntil& until = {},
                               int limit = 100) {
    std::vector<int64_t> positions;
    const auto history = reader_.ReadHistory(filter, until, limit);
    EXPECT_TRUE(history.ok()) << history.status();
    for (const StoredSnapshot& snapshot : *history) positions.push_back(snapshot.header.position);
    return positions;
  }

  testing::TestDatabase test_database_;
  testing::VoteLogWriter writer_{test_database_.conninfo()};
  // With the rights that the service has.
  Database database_{{.conninfo = test_database_.conninfo("arena_rating")}};
  SnapshotStore store_{database_};
  SnapshotReader reader_{database_};
};

TEST_F(SnapshotReaderTest, AsOfIsTheNewestRetainedOneAtOrBefore) {
  Put("counts", 10, At(0));
  const int64_t second = Put("counts", 20, At(10));
  Put("elo", 25, At(11));
  const int64_t third = Put("counts", 30, At(20) + absl::Microseconds(1));
  EXPECT_EQ(PositionAsOf(AsOfPosition{9}), std::nullopt);
  EXPECT_EQ(PositionAsOf(AsOfPosition{10}), 10);
  EXPECT_EQ(PositionAsOf(AsOfPosition{29}), 20);
  EXPECT_EQ(PositionAsOf(AsOfPosition{INT64_MAX}), 30);
  EXPECT_EQ(PositionAsOf(AsOfTime{At(0) - absl::Nanoseconds(1)}), std::nullopt);
  EXPECT_EQ(PositionAsOf(AsOfTime{At(10)}), 20);
  EXPECT_EQ(PositionAsOf(AsOfTime{At(20)}), 20) << "the third came a microsecond later";
  EXPECT_EQ(PositionAsOf(AsOfTime{At(20) + absl::Nanoseconds(1'999)}), 30);
  EXPECT_EQ(PositionAsOf(AsOfSnapshot{second}), 20);
  EXPECT_EQ(PositionAsOf(AsOfSnapshot{third + 1}), std::nullopt);
  EXPECT_EQ(PositionAsOf(AsOfSnapshot{second}, Series::kElo), std::nullopt) << "another series";
  EXPECT_EQ(PositionAsOf(AsOfPosition{25}, Series::kElo), 25);
}

TEST_F(SnapshotReaderTest, WhatHasBeenThinnedOutIsPassedOver) {
  Put("counts", 10, At(0));
  const int64_t second = Put("counts", 20, At(10));
  Thin(second);
  EXPECT_EQ(PositionAsOf(AsOfPosition{20}), 10);
  EXPECT_EQ(PositionAsOf(AsOfTime{At(10)}), 10);
  EXPECT_EQ(PositionAsOf(AsOfSnapshot{second}), std::nullopt);
  EXPECT_EQ(*reader_.ReadAll(second), std::nullopt);
}

TEST_F(SnapshotReaderTest, AReadHasTheTableOfItsBoardAlone) {
  Put("style", 10, At(0), {"overall", "lang-de"});
  const auto german = reader_.ReadBoard(Series::kStyle, AsOfPosition{10}, "lang-de");
  ASSERT_TRUE(german.ok() && *german) << german.status();
  ASSERT_EQ((*german)->tables.size(), 1u);
  EXPECT_EQ((*german)->tables[0].board, "lang-de");
  EXPECT_EQ((*german)->tables[0].method, "bt-style");
  EXPECT_EQ((*german)->tables[0].content, "{\"at\":10}");
  EXPECT_EQ((*german)->header.series, Series::kStyle);
  EXPECT_EQ((*german)->header.settings, "{\"series\":\"style\"}");
  EXPECT_EQ((*german)->header.publish_time, At(0));
  const auto math = reader_.ReadBoard(Series::kStyle, AsOfPosition{10}, "math");
  ASSERT_TRUE(math.ok() && *math) << math.status();
  EXPECT_THAT((*math)->tables, IsEmpty()) << "not published then";
}

TEST_F(SnapshotReaderTest, AllOfASnapshotComesInTheOrderOfItsDigest) {
  const int64_t id = Put("counts", 10, At(0), {"overall", "code", "lang-de", "Z"});
  const auto all = reader_.ReadAll(id);
  ASSERT_TRUE(all.ok() && *all) << all.status();
  std::vector<std::string> boards;
  for (const EncodedTable& table : (*all)->tables) boards.push_back(table.board);
  EXPECT_THAT(boards, ElementsAre("Z", "code", "lang-de", "overall"));
  EXPECT_EQ((*all)->header.digest, "digest-10");
  EXPECT_EQ(*reader_.ReadAll(id + 1), std::nullopt);
}

TEST_F(SnapshotReaderTest, WhatWasPublishedBeforeThereWereSeriesIsNotSeen) {
  const int64_t id = Put("mixed", 10, At(0));
  EXPECT_EQ(*reader_.ReadAll(id), std::nullopt);
  EXPECT_THAT(Positions({}), IsEmpty());
}

TEST_F(SnapshotReaderTest, AListingIsNewestFirstOverAllSeriesWithThinnedOnes) {
  Put("counts", 10, At(0));
  Put("elo", 11, At(1));
  Thin(Put("counts", 20, At(2)));
  Put("style", 21, At(3));
  EXPECT_THAT(Positions({}), ElementsAre(21, 20, 11, 10));
  EXPECT_THAT(Positions({.series = Series::kCounts}), ElementsAre(20, 10));
  EXPECT_THAT(Positions({.retained_only = true}), ElementsAre(21, 11, 10));
  EXPECT_THAT(Positions({.end_time = At(2)}), ElementsAre(11, 10));
  EXPECT_THAT(Positions({.end_time = At(2) + absl::Nanoseconds(1)}), ElementsAre(20, 11, 10));
  const auto headers = reader_.List({}, std::nullopt, 2);
  ASSERT_TRUE(headers.ok()) << headers.status();
  EXPECT_EQ((*headers)[1].is_thinned, true);
  EXPECT_EQ((*headers)[1].settings, "");
}

TEST_F(SnapshotReaderTest, PagesOfAListingLeadThroughAllOfIt) {
  // Two of each at one time: the number decides.
  for (int i = 0; i < 10; ++i) {
    Put("counts", 10 + i, At(i / 2));
    Put("elo", 100 + i, At(i / 2));
  }
  std::vector<int64_t> ids;
  std::optional<ListedUntil> until;
  while (true) {
    const auto page = reader_.List({}, until, 3);
    ASSERT_TRUE(page.ok()) << page.status();
    if (page->empty()) break;
    for (const SnapshotHeader& header : *page) ids.push_back(header.id);
    until = ListedUntil{.publish_time = page->back().publish_time, .id = page->back().id};
  }
  EXPECT_EQ(ids.size(), 20u);
  EXPECT_TRUE(std::ranges::is_sorted(ids, std::greater<>()));
  EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end()) << "none twice";
}

TEST_F(SnapshotReaderTest, AHistoryIsOldestFirstWithinItsTimes) {
  for (int i = 0; i < 5; ++i) Put("counts", 10 * (i + 1), At(i));
  Thin(Put("counts", 60, At(5)));
  Put("counts", 70, At(6), {"code"});
  Put("elo", 75, At(7));
  EXPECT_THAT(History({.board = "overall"}), ElementsAre(10, 20, 30, 40, 50));
  EXPECT_THAT(History({.board = "code"}), ElementsAre(70));
  EXPECT_THAT(History({.series = Series::kElo, .board = "overall"}), ElementsAre(75));
  EXPECT_THAT(History({.board = "overall", .start_time = At(1), .end_time = At(3)}),
              ElementsAre(20, 30));
  EXPECT_THAT(History({.board = "overall", .start_time = At(1) + absl::Nanoseconds(1)}),
              ElementsAre(30, 40, 50));
}

TEST_F(SnapshotReaderTest, OfEachStretchOfTimeTheLastOneCounts) {
  // At(0) is a full minute.
  const int64_t times[] = {0, 30, 59, 61, 200, 239, 240};
  for (const int64_t time : times) Put("counts", time + 1, At(time));
  EXPECT_THAT(History({.board = "overall", .step = absl::Minutes(1)}),
              ElementsAre(60, 62, 240, 241));
  EXPECT_THAT(History({.board = "overall", .step = absl::Hours(24 * 366)}), ElementsAre(241));
  EXPECT_THAT(History({.board = "overall", .end_time = At(59), .step = absl::Minutes(1)}),
              ElementsAre(31))
      << "of those that are asked for";
}

TEST_F(SnapshotReaderTest, PagesOfAHistoryLeadThroughAllOfIt) {
  for (int i = 0; i < 20; ++i) Put("counts", 1 + i, At(10 * i));
  for (const absl::Duration step : {absl::ZeroDuration(), absl::Seconds(20)}) {
    const HistoryFilter filter{.board = "overall", .step = step};
    const std::vector<int64_t> whole = History(filter);
    EXPECT_EQ(whole.size(), step == absl::ZeroDuration() ? 20u : 10u);
    std::vector<int64_t> paged;
    HistoryUntil until;
    while (true) {
      const auto page = reader_.ReadHistory(filter, until, 3);
      ASSERT_TRUE(page.ok()) << page.status();
      if (page->empty()) break;
      for (const StoredSnapshot& snapshot : *page) paged.push_back(snapshot.header.position);
      until = {.position = page->back().header.position, .id = page->back().header.id};
    }
    EXPECT_EQ(paged, whole);
  }
}

}  // namespace
}  // namespace arena::rating
