#include "common/base/errors.h"

#include <gtest/gtest.h>

namespace arena {
namespace {

TEST(ErrorsTest, ReasonAndMetadataAreReadBack) {
  const absl::Status status = MakeError(absl::StatusCode::kFailedPrecondition, "ALREADY_VOTED",
                                        "Voted.", {{"position", "17"}, {"empty", ""}});
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(std::string(status.message()), "Voted.");
  const auto details = DetailsOf(status);
  ASSERT_TRUE(details.has_value());
  EXPECT_EQ(details->reason, "ALREADY_VOTED");
  EXPECT_EQ(details->metadata,
            (std::map<std::string, std::string>{{"position", "17"}, {"empty", ""}}));
}

TEST(ErrorsTest, TextOfACallerAddsNoFact) {
  const absl::Status status =
      MakeError(absl::StatusCode::kInvalidArgument, "MODEL_INVALID", "Invalid.",
                {{"model", "a\x1flimit\x1ekInvented"}, {"what", "x\x1fy"}});
  EXPECT_EQ(LimitOf(status), "");
  EXPECT_EQ(DetailsOf(status)->metadata,
            (std::map<std::string, std::string>{{"model", "a?limit?kInvented"}, {"what", "x?y"}}));
}

TEST(ErrorsTest, PlainStatusesHaveNoReason) {
  EXPECT_EQ(DetailsOf(absl::NotFoundError("x")), std::nullopt);
  EXPECT_EQ(ReasonOf(absl::OkStatus()), "");
}

TEST(ErrorsTest, FieldInvalidNamesFieldAndExpectation) {
  const absl::Status status = FieldInvalid("turn", "at least 1");
  EXPECT_EQ(std::string(status.message()), "turn must be at least 1.");
  EXPECT_EQ(DetailsOf(status)->metadata.at("expectation"), "at least 1");
}

TEST(ErrorsTest, ALimitIsAddedToTheDetails) {
  const absl::Status plain = FieldInvalid("prompt", "short");
  EXPECT_EQ(LimitOf(plain), "");
  const absl::Status status = BeyondLimit("kPromptBytes", plain);
  EXPECT_EQ(status.code(), plain.code());
  EXPECT_EQ(status.message(), plain.message());
  EXPECT_EQ(ReasonOf(status), "FIELD_INVALID");
  EXPECT_EQ(DetailsOf(status)->metadata.at("field"), "prompt");
  EXPECT_EQ(LimitOf(status), "kPromptBytes");
  EXPECT_EQ(LimitOf(Overloaded("kWatchers")), "kWatchers");
  EXPECT_EQ(LimitOf(absl::OkStatus()), "");
}

TEST(ErrorsTest, OnlyWhatIsBeyondARangeNamesItsLimit) {
  const auto check = [](int64_t value) {
    return CheckRange("kHistoryModels", "models", value, 1, 50, "models");
  };
  EXPECT_TRUE(check(1).ok());
  EXPECT_TRUE(check(50).ok());
  EXPECT_EQ(std::string(check(0).message()), "models must be 1 to 50 models.");
  EXPECT_EQ(LimitOf(check(0)), "");
  EXPECT_EQ(check(51).message(), check(0).message());
  EXPECT_EQ(LimitOf(check(51)), "kHistoryModels");
}

TEST(ErrorsTest, ALongNameIsClippedBetweenCharacters) {
  EXPECT_EQ(Clipped("short"), "short");
  EXPECT_EQ(Clipped(std::string(5'000, 'x')), std::string(128, 'x'));
  std::string umlauts = "x";
  for (int i = 0; i < 100; ++i) umlauts += "\u00fc";
  EXPECT_EQ(Clipped(umlauts).size(), 127u);
  EXPECT_LT(ModelNotFound(std::string(5'000, 'x')).message().size(), 200u);
}

struct NamedError {
  absl::Status status;
  absl::StatusCode code;
  const char* reason;
};

class NamedErrorTest : public ::testing::TestWithParam<NamedError> {};

TEST_P(NamedErrorTest, HasTheCodeThatTheProtoPromises) {
  EXPECT_EQ(GetParam().status.code(), GetParam().code);
  EXPECT_EQ(ReasonOf(GetParam().status), GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    All, NamedErrorTest,
    ::testing::Values(
        NamedError{RequestIdInvalid(), absl::StatusCode::kInvalidArgument, "REQUEST_ID_INVALID"},
        NamedError{RequestIdReused(), absl::StatusCode::kAlreadyExists, "REQUEST_ID_REUSED"},
        NamedError{BattleNotFound(), absl::StatusCode::kNotFound, "BATTLE_NOT_FOUND"},
        NamedError{BattleExpired(), absl::StatusCode::kFailedPrecondition, "BATTLE_EXPIRED"},
        NamedError{NotEnoughModels(), absl::StatusCode::kFailedPrecondition, "NOT_ENOUGH_MODELS"},
        NamedError{ModelNotFound("m"), absl::StatusCode::kNotFound, "MODEL_NOT_FOUND"},
        NamedError{Overloaded("pool"), absl::StatusCode::kResourceExhausted, "OVERLOADED"},
        NamedError{StorageUnavailable("c"), absl::StatusCode::kUnavailable, "STORAGE_UNAVAILABLE"},
        NamedError{RaceLost("c"), absl::StatusCode::kAborted, "RACE_LOST"},
        NamedError{OutcomeUnknown("c"), absl::StatusCode::kUnavailable, "OUTCOME_UNKNOWN"},
        NamedError{ShuttingDown(), absl::StatusCode::kUnavailable, "SHUTTING_DOWN"},
        NamedError{InternalError("c"), absl::StatusCode::kInternal, "INTERNAL"}),
    [](const auto& tested) { return std::string(tested.param.reason); });

}  // namespace
}  // namespace arena
