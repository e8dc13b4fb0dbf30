#include "tools/arenactl/leaderboard/as_of.h"

#include <gtest/gtest.h>

namespace arena::arenactl {
namespace {

v1::GetLeaderboardRequest RequestAsOf(const std::string& text) {
  const auto as_of = ParseAsOf(text);
  EXPECT_TRUE(as_of.ok()) << as_of.status();
  v1::GetLeaderboardRequest request;
  SetAsOf(*as_of, request);
  return request;
}

TEST(AsOfTest, NamesASnapshotAPositionOrATime) {
  EXPECT_EQ(RequestAsOf("12").snapshot_id(), 12);
  EXPECT_EQ(RequestAsOf("position:4000").position(), 4000);
  const v1::GetLeaderboardRequest at = RequestAsOf("time:2026-11-29T13:00:00.25+01:00");
  EXPECT_EQ(at.time().seconds(), 1795953600);
  EXPECT_EQ(at.time().nanos(), 250'000'000);
}

TEST(AsOfTest, AnythingElseIsRefused) {
  for (const char* text : {"", "0", "-1", "12x", "position:", "position:0", "time:yesterday",
                           "time:2026-11-29", "2026-11-29T12:00:00Z", "snapshot:1"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseAsOf(text).status())) << text;
  }
}

}  // namespace
}  // namespace arena::arenactl
