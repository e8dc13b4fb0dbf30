#include "services/rating/core/snapshots/thinning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace arena::rating {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// At the beginning of an hour, so that stretches are easy to see.
const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

RetainedSnapshot At(int64_t id, absl::Duration age) {
  return {.id = id, .publish_time = kNow - age};
}

TEST(ThinningTest, AllOfTheLastHourStay) {
  std::vector<RetainedSnapshot> retained;
  for (int i = 0; i < 100; ++i) retained.push_back(At(i, absl::Minutes(59) - absl::Seconds(i)));
  EXPECT_THAT(ToThin(retained, kNow), IsEmpty());
}

TEST(ThinningTest, OfEachMinuteOfTheDayTheLastStays) {
  const RetainedSnapshot retained[] = {At(1, absl::Hours(2) + absl::Seconds(59)),
                                       At(2, absl::Hours(2) + absl::Seconds(30)),
                                       At(3, absl::Hours(2) + absl::Seconds(1)),
                                       At(4, absl::Hours(2)),
                                       At(5, absl::Hours(2) - absl::Seconds(59)),
                                       At(6, absl::Hours(2) - absl::Seconds(60)),
                                       At(7, absl::Minutes(1))};
  EXPECT_THAT(ToThin(retained, kNow), ElementsAre(1, 2, 4));
}

TEST(ThinningTest, OfEachOlderHourTheLastStays) {
  const RetainedSnapshot retained[] = {
      At(1, absl::Hours(50)), At(2, absl::Hours(50) - absl::Minutes(30)),
      At(3, absl::Hours(49) + absl::Seconds(1)), At(4, absl::Hours(49)), At(5, absl::Hours(1))};
  EXPECT_THAT(ToThin(retained, kNow), ElementsAre(1, 2));
}

TEST(ThinningTest, TheNewestStaysWhateverItsAge) {
  const RetainedSnapshot retained[] = {At(1, absl::Hours(5000)), At(2, absl::Hours(5000))};
  EXPECT_THAT(ToThin(retained, kNow), ElementsAre(1));
  EXPECT_THAT(ToThin({}, kNow), IsEmpty());
}

// What was thinned once is thinned no further at the same age.
TEST(ThinningTest, ASecondLookFindsNothingMore) {
  std::vector<RetainedSnapshot> retained;
  for (int i = 0; i < 5000; ++i) retained.push_back(At(i, absl::Hours(40) - absl::Seconds(20 * i)));
  const std::vector<int64_t> thin = ToThin(retained, kNow);
  std::vector<RetainedSnapshot> left;
  for (const RetainedSnapshot& snapshot : retained) {
    if (!std::ranges::binary_search(thin, snapshot.id)) left.push_back(snapshot);
  }
  EXPECT_LT(left.size(), retained.size());
  EXPECT_THAT(ToThin(left, kNow), IsEmpty());
}

}  // namespace
}  // namespace arena::rating
