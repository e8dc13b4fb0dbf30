#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "absl/status/status.h"
#include "absl/time/time.h"

// Structured logs: one JSON object a line on standard error, with time, level, service, message and
// fields. Any thread may log. Never log prompts, replies, keys or a voter.
namespace arena::lifecycle {

// Sets the service's name and the lowest level logged: debug, info, warn, error or off. Before it
// is called, records are logged without a service from info on.
absl::Status InitLogging(std::string_view service, std::string_view level);

// A named value of a record.
struct LogField {
  using Value = std::variant<std::string_view, int64_t, double, bool>;

  LogField(std::string_view field_name, std::string_view text) : name(field_name), value(text) {}
  LogField(std::string_view field_name, const char* text)
      : name(field_name), value(std::string_view(text)) {}
  LogField(std::string_view field_name, const std::string& text)
      : name(field_name), value(std::string_view(text)) {}
  template <std::integral T>
  LogField(std::string_view field_name, T number) : name(field_name) {
    if constexpr (std::same_as<T, bool>) {
      value = number;
    } else {
      value = static_cast<int64_t>(number);
    }
  }
  LogField(std::string_view field_name, double number) : name(field_name), value(number) {}

  std::string_view name;
  Value value;
};
using LogFields = std::initializer_list<LogField>;

void LogDebug(std::string_view message, LogFields fields = {});
void LogInfo(std::string_view message, LogFields fields = {});
void LogWarn(std::string_view message, LogFields fields = {});
void LogError(std::string_view message, LogFields fields = {});

// What is logged of a finished call; nothing of its content.
struct CallRecord {
  std::string_view method;
  std::string_view principal;
  // The client's request id; empty when the call has none.
  std::string_view request_id;
  // Name of the gRPC code, for example "OK".
  std::string_view code;
  // Reason from error_reason.proto; empty when there is none.
  std::string_view reason;
  absl::Duration elapsed;
};

// The one line of a call.
void LogCall(const CallRecord& record);

// The fields of a record as they are logged, without braces; for tests.
std::string FormatRecord(std::string_view message, LogFields fields);

}  // namespace arena::lifecycle
