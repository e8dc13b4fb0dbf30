#include "tools/demo-models/core/api.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace arena::demo {
namespace {

using nlohmann::json;

std::string Dump(const json& value) {
  // A shortened prompt may end in half a character.
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

HttpResponse NotFound(std::string_view target) {
  return ErrorResponse({404, fmt::format("Unknown path {}.", target), "", "unknown_url"});
}

HttpResponse WrongMethod() {
  return ErrorResponse({405, "This path takes another method.", "", "method_not_allowed"});
}

HttpResponse UnknownModel(const std::string& model) {
  return ErrorResponse(
      {404, fmt::format("The model '{}' does not exist.", model), "model", "model_not_found"});
}

// Faults that replace the whole response.
std::optional<HttpResponse> FaultResponse(const Profile& profile, const Fault& fault) {
  if (fault.kind == FaultKind::kNotJson) {
    return HttpResponse{
        200, "text/html", fmt::format("<html><h1>{} is resting</h1></html>", profile.name), {}};
  }
  if (fault.kind != FaultKind::kHttp) return std::nullopt;
  const auto status = static_cast<int>(fault.amount);
  HttpResponse response =
      ErrorResponse({status,
                     fmt::format("Model {} of {} at {} refused the key {}.", profile.name,
                                 profile.organization, kProvider, kFakeKey),
                     "", "demo_fault"});
  if (status == 429 || status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

// "aspen-chat!stall-after=3" is a model and a fault.
std::pair<std::string, std::string> SplitSuffix(const std::string& model) {
  const size_t mark = model.find('!');
  if (mark == std::string::npos) return {model, ""};
  return {model.substr(0, mark), model.substr(mark + 1)};
}

json ToJson(const ModelStats& stats) {
  return {{"requests", stats.requests},
          {"active", stats.active},
          {"completed", stats.completed},
          {"closed_by_client", stats.closed_by_client},
          {"faults", stats.faults},
          {"deltas_sent", stats.deltas_sent},
          {"last_request_us", stats.last_request_us},
          {"last_close_us", stats.last_close_us}};
}

json ToJson(const ClientClose& close) {
  return {{"model", close.model},
          {"prompt", close.prompt},
          {"started_us", close.started_us},
          {"closed_us", close.closed_us},
          {"deltas_sent", close.deltas_sent}};
}

}  // namespace

HttpResponse ErrorResponse(const RequestError& error) {
  const auto or_null = [](const std::string& text) { return text.empty() ? json() : json(text); };
  const std::string type = error.status == 401   ? "authentication_error"
                           : error.status == 429 ? "rate_limit_error"
                           : error.status >= 500 ? "server_error"
                                                 : "invalid_request_error";
  const json body = {{"error",
                      {{"message", error.message},
                       {"type", type},
                       {"param", or_null(error.param)},
                       {"code", or_null(error.code)}}}};
  return {error.status, "application/json", Dump(body), {}};
}

Api::Api(ApiOptions options, FaultBook& faults, Ledger& ledger)
    : options_(std::move(options)), faults_(faults), ledger_(ledger) {}

Outcome Api::Handle(std::string_view method, std::string_view target, std::string_view body) {
  const bool is_get = method == "GET";
  const bool is_post = method == "POST";
  const std::string_view path = target.substr(0, target.find('?'));
  if (path == "/v1/chat/completions") return is_post ? Chat(body) : WrongMethod();
  if (path == "/v1/models") return is_get ? Models() : WrongMethod();
  if (path == "/healthz") {
    return is_get ? HttpResponse{200, "application/json", R"({"status":"ok"})", {}} : WrongMethod();
  }
  if (path == "/stats") return is_get ? ShowStats() : WrongMethod();
  if (path == "/faults" && options_.has_faults) {
    if (is_post) return ArmFault(body);
    if (method != "DELETE") return WrongMethod();
    faults_.Clear();
    return HttpResponse{200, "application/json", "{}", {}};
  }
  return NotFound(path);
}

Outcome Api::Chat(std::string_view body) {
  auto parsed = ParseChatRequest(body);
  if (const auto* error = std::get_if<RequestError>(&parsed)) return ErrorResponse(*error);
  const auto& request = std::get<ChatRequest>(parsed);
  std::string name = request.model;
  std::optional<Fault> fault;
  if (options_.has_faults) {
    auto [model, suffix] = SplitSuffix(name);
    name = std::move(model);
    fault = suffix.empty() ? faults_.Take(name) : ParseFault(suffix);
    if (!suffix.empty() && !fault.has_value()) {
      return ErrorResponse({400, fmt::format("Unknown fault '{}'.", suffix), "model", ""});
    }
  }
  const Profile* profile = FindProfile(name);
  if (profile == nullptr) return UnknownModel(name);
  ChatAnswer answer = MakeAnswer(request, *profile, fault);
  ledger_.Began(answer.record.model, fault.has_value(), answer.record.started_us);
  if (fault.has_value()) {
    if (auto response = FaultResponse(*profile, *fault)) {
      ledger_.Ended(Ending::kCompleted, std::move(answer.record));
      return *response;
    }
  }
  return answer;
}

ChatAnswer Api::MakeAnswer(const ChatRequest& request, const Profile& profile,
                           std::optional<Fault> fault) {
  Answering answering;
  answering.id = fmt::format("chatcmpl-{}", next_id_++);
  answering.created_unix_s = options_.unix_s();
  answering.model = profile.name;
  answering.is_stream = request.stream;
  answering.has_usage = request.include_usage;
  answering.reply = Answer(profile, options_.seed, request.messages, request.max_tokens);
  if (fault.has_value() && fault->kind == FaultKind::kLeakIdentity) {
    const std::string text = fmt::format("I am {}, made by {}. {}", profile.name,
                                         profile.organization, answering.reply.Text());
    answering.reply.chunks = Pace(profile, options_.seed, text);
  }
  answering.fault = fault;
  answering.speed = options_.speed;
  answering.monotonic_us = options_.monotonic_us;
  ClientClose record;
  record.model = profile.name;
  record.started_us = options_.monotonic_us();
  // What people wrote is kept by test servers only.
  if (options_.has_faults) record.prompt = request.messages.back().content;
  return {StreamScript(std::move(answering)), std::move(record)};
}

HttpResponse Api::Models() const {
  json data = json::array();
  for (const Profile& profile : kProfiles) {
    data.push_back({{"id", profile.name},
                    {"object", "model"},
                    {"created", 0},
                    {"owned_by", profile.organization}});
  }
  return {200, "application/json", Dump({{"object", "list"}, {"data", data}}), {}};
}

HttpResponse Api::ShowStats() const {
  const Stats stats = ledger_.Get();
  json models = json::object();
  for (const Profile& profile : kProfiles) models[std::string(profile.name)] = ToJson(ModelStats{});
  for (const auto& [name, model] : stats.models) models[name] = ToJson(model);
  json closes = json::array();
  for (const ClientClose& close : stats.recent_closes) closes.push_back(ToJson(close));
  return {200,
          "application/json",
          Dump({{"now_us", options_.monotonic_us()},
                {"total", ToJson(stats.Total())},
                {"models", models},
                {"recent_closes", closes}}),
          {}};
}

HttpResponse Api::ArmFault(std::string_view body) {
  const json object = json::parse(body, nullptr, /*allow_exceptions=*/false);
  const auto text = [&](const char* key) {
    const bool is_there = object.is_object() && object.contains(key) && object[key].is_string();
    return is_there ? object[key].get<std::string>() : std::string();
  };
  const std::string model = text("model");
  if (FindProfile(model) == nullptr) return UnknownModel(model);
  const auto fault = ParseFault(text("fault"));
  if (!fault.has_value()) return ErrorResponse({400, "Unknown fault.", "fault", ""});
  int times = 1;
  if (object.contains("times")) {
    const json& value = object["times"];
    if (!value.is_number_unsigned() || value.get<uint64_t>() > 1'000'000'000) {
      return ErrorResponse({400, "times is a number from 0 to 1,000,000,000.", "times", ""});
    }
    times = value.get<int>();
  }
  faults_.Arm(model, *fault, times);
  return {200, "application/json", "{}", {}};
}

}  // namespace arena::demo
