#include "common/base/errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_split.h"

namespace arena {
namespace {

constexpr char kReasonUrl[] = "arena/error-details";
// What separates the payload's parts; no part holds them.
constexpr char kField = '\x1f';
constexpr char kEquals = '\x1e';

constexpr std::string_view kLimit = "limit";

// A caller's text may hold anything, and must not look like another fact.
std::string WithoutSeparators(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == kField || c == kEquals; }, '?');
  return text;
}

}  // namespace

absl::Status MakeError(absl::StatusCode code, std::string_view reason, std::string_view message,
                       std::map<std::string, std::string> metadata) {
  absl::Status status(code, std::string(message));
  std::string payload(reason);
  for (const auto& [key, value] : metadata) {
    payload += fmt::format("{}{}{}{}", kField, key, kEquals, WithoutSeparators(value));
  }
  status.SetPayload(kReasonUrl, absl::Cord(payload));
  return status;
}

std::optional<ErrorDetails> DetailsOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kReasonUrl);
  if (!payload.has_value()) return std::nullopt;
  const std::vector<std::string> fields = absl::StrSplit(std::string(*payload), kField);
  ErrorDetails details{.reason = fields.front(), .metadata = {}};
  for (size_t i = 1; i < fields.size(); ++i) {
    std::pair<std::string, std::string> entry =
        absl::StrSplit(fields[i], absl::MaxSplits(kEquals, 1));
    details.metadata.insert(std::move(entry));
  }
  return details;
}

std::string ReasonOf(const absl::Status& status) {
  const auto details = DetailsOf(status);
  return details.has_value() ? details->reason : "";
}

absl::Status BeyondLimit(std::string_view limit, const absl::Status& error) {
  ErrorDetails details = DetailsOf(error).value_or(ErrorDetails{});
  details.metadata[std::string(kLimit)] = limit;
  return MakeError(error.code(), details.reason, std::string(error.message()),
                   std::move(details.metadata));
}

std::string LimitOf(const absl::Status& status) {
  const auto details = DetailsOf(status);
  if (!details.has_value()) return "";
  const auto limit = details->metadata.find(std::string(kLimit));
  return limit == details->metadata.end() ? "" : limit->second;
}

absl::Status FieldInvalid(std::string_view field, std::string_view expectation) {
  return MakeError(absl::StatusCode::kInvalidArgument, "FIELD_INVALID",
                   fmt::format("{} must be {}.", field, expectation),
                   {{"field", std::string(field)}, {"expectation", std::string(expectation)}});
}

absl::Status CheckRange(std::string_view limit, std::string_view field, int64_t value,
                        int64_t least, int64_t most, std::string_view of) {
  if (value >= least && value <= most) return absl::OkStatus();
  const absl::Status invalid =
      FieldInvalid(field, fmt::format("{} to {}{}{}", least, most, of.empty() ? "" : " ", of));
  return value < least ? invalid : BeyondLimit(limit, invalid);
}

absl::Status RequestIdInvalid() {
  return MakeError(absl::StatusCode::kInvalidArgument, "REQUEST_ID_INVALID",
                   "request_id must be a UUID version 7 made within the last day.",
                   {{"field", "request_id"}});
}

absl::Status RequestIdReused() {
  return MakeError(absl::StatusCode::kAlreadyExists, "REQUEST_ID_REUSED",
                   "This request_id was used before with another request; make a new one.");
}

absl::Status BattleNotFound() {
  return MakeError(absl::StatusCode::kNotFound, "BATTLE_NOT_FOUND", "There is no such battle.");
}

absl::Status BattleExpired() {
  return MakeError(absl::StatusCode::kFailedPrecondition, "BATTLE_EXPIRED",
                   "The battle's time is over; make a new one.");
}

absl::Status NotEnoughModels() {
  return MakeError(absl::StatusCode::kFailedPrecondition, "NOT_ENOUGH_MODELS",
                   "There are not enough models to draw from.");
}

std::string_view Clipped(std::string_view text) {
  // A longer error would not fit the trailers that gRPC takes.
  constexpr size_t kMost = 128;
  if (text.size() <= kMost) return text;
  size_t length = kMost;
  // No half of a UTF-8 character.
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) --length;
  return text.substr(0, length);
}

absl::Status ModelNotFound(std::string_view name) {
  return MakeError(absl::StatusCode::kNotFound, "MODEL_NOT_FOUND",
                   fmt::format("There is no model named '{}'.", Clipped(name)));
}

absl::Status Overloaded(std::string_view limit) {
  return MakeError(absl::StatusCode::kResourceExhausted, "OVERLOADED",
                   fmt::format("A limit is reached ({}); try again later.", limit),
                   {{std::string(kLimit), std::string(limit)}});
}

absl::Status StorageUnavailable(std::string_view cause) {
  return MakeError(absl::StatusCode::kUnavailable, "STORAGE_UNAVAILABLE", cause);
}

absl::Status OutcomeUnknown(std::string_view cause) {
  return MakeError(absl::StatusCode::kUnavailable, "OUTCOME_UNKNOWN", cause);
}

absl::Status RaceLost(std::string_view cause) {
  return MakeError(absl::StatusCode::kAborted, "RACE_LOST", cause);
}

absl::Status ShuttingDown() {
  return MakeError(absl::StatusCode::kUnavailable, "SHUTTING_DOWN",
                   "The server is shutting down; try another.");
}

absl::Status InternalError(std::string_view cause) {
  return MakeError(absl::StatusCode::kInternal, "INTERNAL", cause);
}

}  // namespace arena
