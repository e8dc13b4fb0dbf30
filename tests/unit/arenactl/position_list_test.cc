#include "tools/arenactl/votes/position_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace arena::arenactl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(PositionListTest, NumbersAndRangesBecomeEachPositionOnce) {
  const auto positions = ParsePositions({"17", "3,20-22", "21-23,3"});
  ASSERT_TRUE(positions.ok()) << positions.status();
  EXPECT_THAT(*positions, ElementsAre(3, 17, 20, 21, 22, 23));
}

TEST(PositionListTest, WhatIsNoPositionIsQuoted) {
  for (const std::string bad : {"0", "-3", "x", "3-", "5-3", "1-2-3", "", "9999999999999999999"}) {
    const auto positions = ParsePositions({bad});
    EXPECT_THAT(std::string(positions.status().message()),
                HasSubstr("'" + bad + "' is no position"))
        << bad;
  }
}

TEST(PositionListTest, ARangeWithoutEndInSightIsRefused) {
  EXPECT_EQ(ParsePositions({"1-1000000"})->size(), 1'000'000u);
  for (const std::string bad : {"1-1000001", "1-9223372036854775807"}) {
    EXPECT_THAT(std::string(ParsePositions({bad}).status().message()),
                HasSubstr("more than 1000000"));
  }
}

}  // namespace
}  // namespace arena::arenactl
