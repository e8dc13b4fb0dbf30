#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

// Errors that callers can tell apart. An error is an absl::Status that carries, as a payload, a
// reason (a constant of proto/arena/v1/error_reason.proto without its prefix) and facts about it.
// common/rpc turns it into google.rpc.Status at the one place where errors leave a process.
namespace arena {

struct ErrorDetails {
  std::string reason;
  std::map<std::string, std::string> metadata;
};

absl::Status MakeError(absl::StatusCode code, std::string_view reason, std::string_view message,
                       std::map<std::string, std::string> metadata = {});

// The details of an error made by MakeError; nothing for any other status.
std::optional<ErrorDetails> DetailsOf(const absl::Status& status);

// The reason of an error made by MakeError; empty for any other status.
std::string ReasonOf(const absl::Status& status);

// An error made by MakeError that also names, as metadata `limit`, the constant of
// common/base/limits.h beyond which the caller went. Servers count them by that name.
absl::Status BeyondLimit(std::string_view limit, const absl::Status& error);
// The limit that an error names; empty for any other status.
std::string LimitOf(const absl::Status& status);

// As much of what a caller sent as an error may repeat.
std::string_view Clipped(std::string_view text);

// Situations that every service knows. Each text is written here and nowhere else.
absl::Status FieldInvalid(std::string_view field, std::string_view expectation);
// FIELD_INVALID unless `value` lies from `least` to `most`, which is the limit of that name; beyond
// it the error names the limit too. `of` is what is counted, for the message: "models".
absl::Status CheckRange(std::string_view limit, std::string_view field, int64_t value,
                        int64_t least, int64_t most, std::string_view of = "");
absl::Status RequestIdInvalid();
absl::Status RequestIdReused();
absl::Status BattleNotFound();
absl::Status BattleExpired();
absl::Status NotEnoughModels();
absl::Status ModelNotFound(std::string_view name);
// `limit` is the name of a limit in common/base/limits.h.
absl::Status Overloaded(std::string_view limit);
absl::Status StorageUnavailable(std::string_view cause);
// A change that may or may not have been made.
absl::Status OutcomeUnknown(std::string_view cause);
// A change that kept losing to others made at the same time, and was not made.
absl::Status RaceLost(std::string_view cause);
absl::Status ShuttingDown();
absl::Status InternalError(std::string_view cause);

}  // namespace arena
