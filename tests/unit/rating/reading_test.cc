#include <gtest/gtest.h>

#include "common/base/errors.h"
#include "common/base/limits.h"
#include "services/rating/core/answers/model_directory.h"
#include "services/rating/core/answers/page_token.h"
#include "services/rating/core/snapshots/freshness.h"
#include "services/rating/live/snapshot_hub.h"
#include "services/rating/live/watch_list.h"
#include "services/rating/rpc/board_memo.h"

namespace arena::rating {
namespace {

TEST(PageTokenTest, ATokenReadsBack) {
  const auto start =
      ParsePageToken("pairs", ToPageToken("pairs", {.major = INT64_MAX, .minor = 1000}));
  ASSERT_TRUE(start.ok());
  EXPECT_EQ(start->major, INT64_MAX);
  EXPECT_EQ(start->minor, 1000);
}

TEST(PageTokenTest, AnythingElseIsRefused) {
  for (const char* token : {"1", "1.", ".1", "1.-1", "-1.1", "9223372036854775808.1", "a.b",
                            "1.1.1", " 1.1", "1.1 ", "1,1"}) {
    const std::string of_call = std::string("pairs.") + token;
    EXPECT_EQ(ReasonOf(ParsePageToken("pairs", of_call).status()), "FIELD_INVALID") << of_call;
  }
  for (const char* token : {"", "pairs", "pairs.", "pairs1.1", "1.1", "history.1.1"}) {
    EXPECT_EQ(ReasonOf(ParsePageToken("pairs", token).status()), "FIELD_INVALID") << token;
  }
}

TEST(PageSizeTest, ZeroIsTheDefaultAndTheMostIsALimit) {
  constexpr PageLimits kLimits = {.standard = 100, .most = 500, .name = "kMaxPagePairs"};
  EXPECT_EQ(*PageSizeOf(0, kLimits), 100);
  EXPECT_EQ(*PageSizeOf(1, kLimits), 1);
  EXPECT_EQ(*PageSizeOf(500, kLimits), 500);
  EXPECT_EQ(ReasonOf(PageSizeOf(501, kLimits).status()), "FIELD_INVALID");
  EXPECT_EQ(LimitOf(PageSizeOf(501, kLimits).status()), "kMaxPagePairs");
  EXPECT_EQ(ReasonOf(PageSizeOf(-1, kLimits).status()), "FIELD_INVALID");
}

TEST(MayListTest, AnonymousModelsNeverRetiredOnesWhenAskedFor) {
  struct Case {
    ModelState state;
    bool plain;
    bool with_retired;
  };
  for (const Case& test :
       {Case{ModelState::kDraft, true, true}, Case{ModelState::kAnonymousOnly, false, false},
        Case{ModelState::kActive, true, true}, Case{ModelState::kRetired, false, true}}) {
    const ModelFacts facts{.state = test.state};
    EXPECT_EQ(MayList(&facts, false), test.plain) << static_cast<int>(test.state);
    EXPECT_EQ(MayList(&facts, true), test.with_retired) << static_cast<int>(test.state);
  }
  EXPECT_FALSE(MayList(nullptr, true));
}

TEST(FreshnessTest, TellsTheAgeOfTheOldestVoteNewlyCovered) {
  const absl::Time start = absl::UnixEpoch();
  Freshness freshness;
  freshness.Applied(1, start);
  freshness.Applied(11, start + absl::Milliseconds(50));
  freshness.Applied(21, start + absl::Milliseconds(100));
  EXPECT_EQ(freshness.Covered(20, start + absl::Milliseconds(120)), absl::Milliseconds(120));
  EXPECT_EQ(freshness.Covered(20, start + absl::Milliseconds(130)), std::nullopt);
  EXPECT_EQ(freshness.Covered(30, start + absl::Milliseconds(500)), absl::Milliseconds(400));
}

TEST(FreshnessTest, VotesThatAreReadAgainAfterARestartDoNotCount) {
  const absl::Time start = absl::UnixEpoch();
  Freshness freshness;
  freshness.Covered(100, start + absl::Hours(1));
  freshness.Applied(1, start);
  EXPECT_EQ(freshness.Covered(120, start + absl::Hours(2)), std::nullopt);
}

SnapshotPtr SnapshotOfId(int64_t id, Series series = Series::kCounts) {
  return std::make_shared<const Snapshot>(
      Snapshot{.header = {.id = id, .series = series}, .tables = {}});
}

CountsViewPtr CountsOf(int64_t position) {
  return std::make_shared<const CountsView>(CountsView{.position = position});
}

TEST(SnapshotHubTest, ReadersNeverGoBack) {
  SnapshotHub hub;
  EXPECT_TRUE(hub.Adopt(SnapshotOfId(5)));
  EXPECT_FALSE(hub.Adopt(SnapshotOfId(4)));
  EXPECT_FALSE(hub.Adopt(SnapshotOfId(5)));
  EXPECT_EQ(hub.newest(Series::kCounts)->header.id, 5);
  hub.Adopt(CountsOf(7));
  hub.Adopt(CountsOf(6));
  EXPECT_EQ(hub.counts()->position, 7);
}

TEST(SnapshotHubTest, EachSeriesHasANewestOfItsOwn) {
  SnapshotHub hub;
  EXPECT_TRUE(hub.Adopt(SnapshotOfId(5, Series::kStyle)));
  EXPECT_EQ(hub.newest(Series::kCounts), nullptr);
  EXPECT_TRUE(hub.Adopt(SnapshotOfId(4, Series::kCounts)));
  EXPECT_EQ(hub.newest(Series::kStyle)->header.id, 5);
  EXPECT_EQ(hub.newest(Series::kCounts)->header.id, 4);
}

TEST(SnapshotHubTest, OnlyTheLastHeldCountsAreKept) {
  SnapshotHub hub;
  const auto last = static_cast<int64_t>(limits::kHeldCounts) + 1;
  for (int64_t position = 1; position <= last; ++position) hub.Hold(CountsOf(position));
  EXPECT_EQ(hub.FindCounts(1), nullptr);
  EXPECT_NE(hub.FindCounts(2), nullptr);
  EXPECT_NE(hub.FindCounts(last), nullptr);
}

TEST(SnapshotHubTest, CountsThatArePagedThroughStayThoughOthersBegin) {
  SnapshotHub hub;
  const CountsViewPtr paged = CountsOf(1);
  for (int64_t position = 2; position <= 3 * static_cast<int64_t>(limits::kHeldCounts);
       ++position) {
    hub.Hold(paged);
    hub.Hold(CountsOf(position));
  }
  EXPECT_EQ(hub.FindCounts(1), paged);
}

TEST(SnapshotHubTest, AnEqualDirectoryIsNotReplaced) {
  SnapshotHub hub;
  hub.Adopt(ModelDirectory{{"a", ModelFacts{}}});
  const auto before = hub.directory();
  hub.Adopt(ModelDirectory{{"a", ModelFacts{}}});
  EXPECT_EQ(hub.directory(), before);
  hub.Adopt(ModelDirectory{{"a", ModelFacts{.state = ModelState::kRetired}}});
  EXPECT_NE(hub.directory(), before);
}

TEST(BoardMemoTest, TheOneAskedForLongestAgoIsMadeAgain) {
  BoardMemo<int64_t> memo;
  const size_t boards = limits::kKeptBoards + 1;
  CountsView view{.models = std::make_shared<const ModelIndex>()};
  for (size_t board = 0; board < boards; ++board) {
    view.boards.push_back({.counts = std::make_shared<const PairCounts>(), .changed_at = 1});
  }
  int64_t made = 0;
  const auto get = [&](size_t board) {
    return **memo.Get(view, board, [&](const ModelIndex&, const PairCounts&) {
      return absl::StatusOr<int64_t>(++made);
    });
  };
  for (size_t board = 0; board < boards; ++board) get(board);
  EXPECT_EQ(get(boards - 1), static_cast<int64_t>(boards)) << "kept";
  EXPECT_EQ(get(0), static_cast<int64_t>(boards) + 1) << "made again";
  view.boards[0].changed_at = 2;
  EXPECT_EQ(get(0), static_cast<int64_t>(boards) + 2) << "of other counts";
}

TEST(WatchListTest, AWatcherIsCalledAtOnceAndThenEachTime) {
  WatchList watchers;
  int calls = 0;
  watchers.Add([&] { return ++calls > 0; });
  EXPECT_EQ(calls, 1);
  watchers.PushAll();
  EXPECT_EQ(calls, 2);
}

TEST(WatchListTest, WhoHasGoneIsForgotten) {
  WatchList watchers;
  bool is_there = true;
  watchers.Add([&] { return is_there; });
  const int64_t removed = *watchers.Add([] { return true; });
  EXPECT_EQ(watchers.size(), 2u);
  watchers.Remove(removed);
  is_there = false;
  watchers.PushAll();
  EXPECT_EQ(watchers.size(), 0u);
  watchers.Add([] { return false; });
  EXPECT_EQ(watchers.size(), 0u);
}

TEST(WatchListTest, NoMoreThanItMayHold) {
  WatchList watchers(2);
  const auto first = watchers.Add([] { return true; });
  EXPECT_TRUE(watchers.Add([] { return true; }).has_value());
  int calls = 0;
  EXPECT_FALSE(watchers.Add([&] { return ++calls > 0; }).has_value());
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(watchers.size(), 2u);
  watchers.Remove(*first);
  EXPECT_TRUE(watchers.Add([] { return true; }).has_value());
}

}  // namespace
}  // namespace arena::rating
