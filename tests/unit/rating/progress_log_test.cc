#include "services/rating/live/progress_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace arena::rating {
namespace {

using ::testing::HasSubstr;

TEST(ProgressLogTest, TellsOfALongReadEveryFewSecondsAndOfItsEnd) {
  ManualClock clock(absl::UnixEpoch());
  ProgressLog log(clock);
  ::testing::internal::CaptureStderr();
  log.Note(1'000, 4'000, true);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "") << "not at once";
  clock.Advance(absl::Seconds(5));
  ::testing::internal::CaptureStderr();
  log.Note(2'000, 4'000, true);
  log.Note(3'000, 4'000, true);
  const std::string told = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(told, HasSubstr("\"position\":2000,\"head\":4000,\"percent\":50"));
  EXPECT_THAT(told, ::testing::Not(HasSubstr("3000")));
  ::testing::internal::CaptureStderr();
  log.Note(4'000, 4'000, false);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("has been read"));
}

TEST(ProgressLogTest, AShortReadIsNotWorthALine) {
  ManualClock clock(absl::UnixEpoch());
  ProgressLog log(clock);
  ::testing::internal::CaptureStderr();
  log.Note(100, 200, true);
  log.Note(200, 200, false);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace arena::rating
