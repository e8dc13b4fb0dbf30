#include "common/base/status_macros.h"

#include <gtest/gtest.h>

#include <memory>

namespace arena {
namespace {

absl::StatusOr<int> Halve(int number) {
  if (number % 2 != 0) return absl::InvalidArgumentError("odd");
  return number / 2;
}

absl::StatusOr<int> QuarterOf(int number) {
  ARENA_ASSIGN_OR_RETURN(const int half, Halve(number));
  int quarter = 0;
  ARENA_ASSIGN_OR_RETURN(quarter, Halve(half));
  return quarter;
}

absl::Status Note(const absl::Status& status, bool& went_on) {
  ARENA_RETURN_IF_ERROR(status);
  went_on = true;
  return absl::OkStatus();
}

TEST(StatusMacrosTest, AssignOrReturnAssignsOrLeavesWithTheError) {
  EXPECT_EQ(*QuarterOf(12), 3);
  EXPECT_EQ(QuarterOf(7).status(), absl::InvalidArgumentError("odd"));
  EXPECT_EQ(QuarterOf(6).status(), absl::InvalidArgumentError("odd"));
}

TEST(StatusMacrosTest, ReturnIfErrorGoesOnOnlyWhenOk) {
  bool went_on = false;
  EXPECT_EQ(Note(absl::AbortedError("lost"), went_on), absl::AbortedError("lost"));
  EXPECT_FALSE(went_on);
  EXPECT_TRUE(Note(absl::OkStatus(), went_on).ok());
  EXPECT_TRUE(went_on);
}

TEST(StatusMacrosTest, AssignOrReturnMovesWhatCannotBeCopied) {
  const auto take = []() -> absl::StatusOr<int> {
    absl::StatusOr<std::unique_ptr<int>> source = std::make_unique<int>(5);
    ARENA_ASSIGN_OR_RETURN(const std::unique_ptr<int> value, std::move(source));
    return *value;
  };
  EXPECT_EQ(*take(), 5);
}

}  // namespace
}  // namespace arena
