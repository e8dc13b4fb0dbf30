#include "tools/arenactl/leaderboard/published_as.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "services/rating/core/snapshots/series.h"

namespace arena::arenactl {
namespace {

using ::testing::HasSubstr;

absl::Status Check(rating::Series series, std::vector<std::string> arguments) {
  CLI::App app;
  ExpectedSettings expected;
  AddExpectedSettings(app, expected);
  // CLI11 takes them from the back.
  std::reverse(arguments.begin(), arguments.end());
  app.parse(arguments);
  return CheckPublishedAs(expected, SettingsJson(series, rating::SeriesSettings()));
}

TEST(PublishedAsTest, FlagsThatSayWhatIsPublishedArePassed) {
  EXPECT_TRUE(Check(rating::Series::kCounts, {}).ok());
  EXPECT_TRUE(Check(rating::Series::kCounts, {"--gauge", "mean", "--ci", "sandwich"}).ok());
  EXPECT_TRUE(Check(rating::Series::kElo, {"--k", "32", "--ci", "none"}).ok());
}

TEST(PublishedAsTest, AnyOtherIsNamedWithWhatIsPublished) {
  const absl::Status gauge = Check(rating::Series::kCounts, {"--gauge", "established"});
  EXPECT_TRUE(absl::IsFailedPrecondition(gauge));
  EXPECT_THAT(std::string(gauge.message()), HasSubstr("has gauge \"mean\", not \"established\""));
  EXPECT_THAT(std::string(Check(rating::Series::kElo, {"--k", "4"}).message()),
              HasSubstr("has k 32, not 4"));
  EXPECT_FALSE(Check(rating::Series::kCounts, {"--anchor", "a=1000"}).ok());
}

TEST(PublishedAsTest, AnAnchorIsAModelAndANumber) {
  for (const char* anchor : {"a", "a=", "=1000", "a=b"}) {
    EXPECT_THROW((void)Check(rating::Series::kCounts, {"--anchor", anchor}), CLI::ValidationError)
        << anchor;
  }
}

}  // namespace
}  // namespace arena::arenactl
