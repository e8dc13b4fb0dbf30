#include "common/lifecycle/log.h"

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <nlohmann/json.hpp>

namespace arena::lifecycle {
namespace {

// Writes `text` as a JSON string. What is no UTF-8, such as half a character of a text that was
// cut, becomes U+FFFD: a line is JSON whatever a caller sent.
void AppendJson(std::string_view text, std::string& line) {
  constexpr auto kReplace = nlohmann::json::error_handler_t::replace;
  line += nlohmann::json(text).dump(-1, ' ', false, kReplace);
}

struct AppendValue {
  std::string& line;
  void operator()(std::string_view text) const { AppendJson(text, line); }
  void operator()(bool truth) const { line += truth ? "true" : "false"; }
  void operator()(int64_t number) const { fmt::format_to(std::back_inserter(line), "{}", number); }
  void operator()(double number) const {
    // JSON has no infinities.
    if (!(number - number == 0)) return AppendJson(fmt::format("{}", number), line);
    fmt::format_to(std::back_inserter(line), "{}", number);
  }
};

void AppendField(std::string_view name, const LogField::Value& value, std::string& line) {
  if (!line.empty()) line.push_back(',');
  AppendJson(name, line);
  line.push_back(':');
  std::visit(AppendValue{line}, value);
}

std::shared_ptr<spdlog::logger> MakeLogger(const std::string& service) {
  auto logger =
      std::make_shared<spdlog::logger>("arena", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  const std::string name = service.empty() ? "" : fmt::format("\"service\":\"{}\",", service);
  logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(
      "{\"time\":\"%Y-%m-%dT%H:%M:%S.%fZ\",\"level\":\"%l\"," + name + "%v}",
      spdlog::pattern_time_type::utc));
  return logger;
}

// Replaced once, in InitLogging, before other threads log; never destroyed, since threads may log
// while the process ends.
std::shared_ptr<spdlog::logger>& Logger() {
  static auto* logger = new std::shared_ptr<spdlog::logger>(MakeLogger(""));
  return *logger;
}

void Log(spdlog::level::level_enum level, std::string_view message, LogFields fields) {
  const auto& logger = Logger();
  if (!logger->should_log(level)) return;
  const std::string record = FormatRecord(message, fields);
  logger->log(level, spdlog::string_view_t(record.data(), record.size()));
}

}  // namespace

absl::Status InitLogging(std::string_view service, std::string_view level) {
  const auto parsed = spdlog::level::from_str(std::string(level == "warn" ? "warning" : level));
  if (parsed == spdlog::level::off && level != "off") {
    return absl::InvalidArgumentError(
        fmt::format("The log level must be debug, info, warn, error or off, not '{}'.", level));
  }
  Logger() = MakeLogger(std::string(service));
  Logger()->set_level(parsed);
  return absl::OkStatus();
}

void LogDebug(std::string_view message, LogFields fields) {
  Log(spdlog::level::debug, message, fields);
}
void LogInfo(std::string_view message, LogFields fields) {
  Log(spdlog::level::info, message, fields);
}
void LogWarn(std::string_view message, LogFields fields) {
  Log(spdlog::level::warn, message, fields);
}
void LogError(std::string_view message, LogFields fields) {
  Log(spdlog::level::err, message, fields);
}

void LogCall(const CallRecord& record) {
  LogInfo("Call.", {{"method", record.method},
                    {"principal", record.principal},
                    {"request_id", record.request_id},
                    {"code", record.code},
                    {"reason", record.reason},
                    {"ms", absl::ToDoubleMilliseconds(record.elapsed)}});
}

std::string FormatRecord(std::string_view message, LogFields fields) {
  std::string line;
  line.reserve(256);
  AppendField("message", message, line);
  for (const LogField& field : fields) {
    // An empty text says nothing.
    const auto* text = std::get_if<std::string_view>(&field.value);
    if (text == nullptr || !text->empty()) AppendField(field.name, field.value, line);
  }
  return line;
}

}  // namespace arena::lifecycle
