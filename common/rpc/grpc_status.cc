#include "common/rpc/grpc_status.h"

#include <map>
#include <optional>
#include <string>

#include "arena/v1/error_reason.pb.h"
#include "common/base/errors.h"
#include "common/lifecycle/log.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace arena::rpc {
namespace {

constexpr char kDomain[] = "arena";

// What a caller is told: code, sentence and, for errors with a reason, details.
struct Answer {
  absl::StatusCode code;
  std::string sentence;
  std::optional<ErrorDetails> details;
};

Answer InternalAnswer() {
  return {absl::StatusCode::kInternal, "The server failed; the operators' log says why.",
          ErrorDetails{.reason = "INTERNAL", .metadata = {}}};
}

// Faults of ours keep their cause to themselves: it may hold addresses, statements or names.
Answer AnswerTo(const absl::Status& status) {
  auto details = DetailsOf(status);
  if (!details.has_value()) {
    // These two have a plain meaning that needs no reason.
    if (status.code() == absl::StatusCode::kCancelled) {
      return {status.code(), "The call was cancelled.", std::nullopt};
    }
    if (status.code() == absl::StatusCode::kDeadlineExceeded) {
      return {status.code(), "The call took longer than its deadline.", std::nullopt};
    }
    return InternalAnswer();
  }
  if (details->reason == "INTERNAL" || !IsKnownReason(details->reason)) return InternalAnswer();
  if (details->reason == "STORAGE_UNAVAILABLE") {
    return {status.code(), "The storage cannot be reached now; nothing was lost, try again.",
            ErrorDetails{.reason = details->reason, .metadata = {}}};
  }
  if (details->reason == "OUTCOME_UNKNOWN") {
    return {status.code(),
            "The change may or may not have been made; repeat it with the same request_id.",
            ErrorDetails{.reason = details->reason, .metadata = {}}};
  }
  if (details->reason == "RACE_LOST") {
    return {status.code(), "The change lost to others made at the same time; try again.",
            ErrorDetails{.reason = details->reason, .metadata = {}}};
  }
  return {status.code(), std::string(status.message()), std::move(details)};
}

bool HidesCause(const Answer& answer) {
  if (!answer.details.has_value()) return false;
  const std::string& reason = answer.details->reason;
  return reason == "INTERNAL" || reason == "STORAGE_UNAVAILABLE" || reason == "OUTCOME_UNKNOWN" ||
         reason == "RACE_LOST";
}

std::string EncodeDetails(const Answer& answer) {
  google::rpc::Status message;
  message.set_code(static_cast<int>(answer.code));
  message.set_message(answer.sentence);
  google::rpc::ErrorInfo info;
  info.set_reason(answer.details->reason);
  info.set_domain(kDomain);
  for (const auto& [key, value] : answer.details->metadata) (*info.mutable_metadata())[key] = value;
  message.add_details()->PackFrom(info);
  const auto field = answer.details->metadata.find("field");
  if (answer.code == absl::StatusCode::kInvalidArgument &&
      field != answer.details->metadata.end()) {
    google::rpc::BadRequest bad_request;
    auto* violation = bad_request.add_field_violations();
    violation->set_field(field->second);
    const auto expectation = answer.details->metadata.find("expectation");
    violation->set_description(expectation == answer.details->metadata.end()
                                   ? answer.sentence
                                   : "Must be " + expectation->second + ".");
    message.add_details()->PackFrom(bad_request);
  }
  return message.SerializeAsString();
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const Answer answer = AnswerTo(status);
  if (HidesCause(answer)) {
    lifecycle::LogError("Fault.", {{"reason", answer.details->reason},
                                   {"cause_reason", ReasonOf(status)},
                                   {"cause", std::string(status.message())},
                                   {"cause_code", CodeName(grpc::StatusCode(status.raw_code()))}});
  }
  // The two libraries number codes alike.
  const auto code = static_cast<grpc::StatusCode>(answer.code);
  if (!answer.details.has_value()) return grpc::Status(code, answer.sentence);
  return grpc::Status(code, answer.sentence, EncodeDetails(answer));
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  google::rpc::Status message;
  if (message.ParseFromString(status.error_details())) {
    for (const auto& detail : message.details()) {
      google::rpc::ErrorInfo info;
      if (!detail.UnpackTo(&info) || info.domain() != kDomain) continue;
      return MakeError(code, info.reason(), status.error_message(),
                       {info.metadata().begin(), info.metadata().end()});
    }
  }
  return absl::Status(code, status.error_message());
}

bool IsKnownReason(const std::string& reason) {
  v1::ErrorReason parsed;
  return v1::ErrorReason_Parse("ERROR_REASON_" + reason, &parsed) &&
         parsed != v1::ERROR_REASON_UNSPECIFIED;
}

const char* CodeName(grpc::StatusCode code) {
  constexpr const char* kNames[] = {"OK",
                                    "CANCELLED",
                                    "UNKNOWN",
                                    "INVALID_ARGUMENT",
                                    "DEADLINE_EXCEEDED",
                                    "NOT_FOUND",
                                    "ALREADY_EXISTS",
                                    "PERMISSION_DENIED",
                                    "RESOURCE_EXHAUSTED",
                                    "FAILED_PRECONDITION",
                                    "ABORTED",
                                    "OUT_OF_RANGE",
                                    "UNIMPLEMENTED",
                                    "INTERNAL",
                                    "UNAVAILABLE",
                                    "DATA_LOSS",
                                    "UNAUTHENTICATED"};
  const int number = static_cast<int>(code);
  return number >= 0 && number <= 16 ? kNames[number] : "UNKNOWN";
}

}  // namespace arena::rpc
