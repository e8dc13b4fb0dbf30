#include "common/rpc/grpc_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/errors.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace arena::rpc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

google::rpc::Status DetailsIn(const grpc::Status& status) {
  google::rpc::Status message;
  EXPECT_TRUE(message.ParseFromString(status.error_details()));
  return message;
}

TEST(GrpcStatusTest, ErrorsWithReasonRoundTrip) {
  const absl::Status sent = MakeError(absl::StatusCode::kFailedPrecondition, "ALREADY_VOTED",
                                      "The turn has a vote.", {{"position", "17"}});
  const absl::Status received = FromGrpcStatus(ToGrpcStatus(sent));
  EXPECT_EQ(received, sent);
}

TEST(GrpcStatusTest, DetailsAreGoogleRpcStatusWithErrorInfo) {
  const grpc::Status status = ToGrpcStatus(Overloaded("kWorkerQueueCalls"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  const google::rpc::Status message = DetailsIn(status);
  EXPECT_EQ(message.code(), 8);
  EXPECT_EQ(message.message(), status.error_message());
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(message.details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "OVERLOADED");
  EXPECT_EQ(info.domain(), "arena");
  EXPECT_EQ(info.metadata().at("limit"), "kWorkerQueueCalls");
}

TEST(GrpcStatusTest, FieldInvalidNamesTheFieldInBadRequest) {
  const google::rpc::Status message = DetailsIn(ToGrpcStatus(FieldInvalid("prompt", "not empty")));
  google::rpc::BadRequest bad_request;
  ASSERT_EQ(message.details_size(), 2);
  ASSERT_TRUE(message.details(1).UnpackTo(&bad_request));
  EXPECT_EQ(bad_request.field_violations(0).field(), "prompt");
  EXPECT_EQ(bad_request.field_violations(0).description(), "Must be not empty.");
}

// Causes may hold addresses, statements or names of models.
TEST(GrpcStatusTest, CausesOfOurFaultsAreLoggedOnceAndNotSent) {
  for (const absl::Status& fault :
       {InternalError("secret cause"), StorageUnavailable("secret cause"),
        OutcomeUnknown("secret cause"), absl::UnknownError("secret cause"),
        absl::NotFoundError("secret cause"),
        MakeError(absl::StatusCode::kNotFound, "NO_SUCH_REASON", "secret cause")}) {
    ::testing::internal::CaptureStderr();
    const grpc::Status sent = ToGrpcStatus(fault);
    const std::string log = ::testing::internal::GetCapturedStderr();
    EXPECT_THAT(sent.error_message(), Not(HasSubstr("secret")));
    EXPECT_THAT(sent.error_details(), Not(HasSubstr("secret")));
    EXPECT_THAT(log, HasSubstr("secret cause"));
    EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1);
  }
}

TEST(GrpcStatusTest, FaultsWithoutReasonBecomeInternal) {
  const grpc::Status sent = ToGrpcStatus(absl::NotFoundError("a row"));
  EXPECT_EQ(sent.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(ReasonOf(FromGrpcStatus(sent)), "INTERNAL");
}

TEST(GrpcStatusTest, CancellationAndDeadlineKeepTheirCodes) {
  EXPECT_EQ(ToGrpcStatus(absl::CancelledError("")).error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_EQ(ToGrpcStatus(absl::DeadlineExceededError("")).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
}

TEST(GrpcStatusTest, OkIsOkBothWays) {
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
  EXPECT_TRUE(FromGrpcStatus(grpc::Status::OK).ok());
}

TEST(GrpcStatusTest, ForeignErrorsKeepCodeAndSentence) {
  const absl::Status received =
      FromGrpcStatus(grpc::Status(grpc::StatusCode::UNAVAILABLE, "no route", "not a proto \xff"));
  EXPECT_EQ(received, absl::UnavailableError("no route"));
}

TEST(GrpcStatusTest, CodesHaveTheirNames) {
  EXPECT_STREQ(CodeName(grpc::StatusCode::OK), "OK");
  EXPECT_STREQ(CodeName(grpc::StatusCode::UNAUTHENTICATED), "UNAUTHENTICATED");
  EXPECT_STREQ(CodeName(grpc::StatusCode::FAILED_PRECONDITION), "FAILED_PRECONDITION");
  EXPECT_STREQ(CodeName(grpc::StatusCode::UNAVAILABLE), "UNAVAILABLE");
}

}  // namespace
}  // namespace arena::rpc
