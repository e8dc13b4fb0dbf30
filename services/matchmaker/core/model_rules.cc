#include "services/matchmaker/core/model_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/domain/model_name.h"
#include "services/matchmaker/core/errors.h"

namespace arena::matchmaker {
namespace {

constexpr int kOpenAiProtocol = 1;

// Control characters would break log lines, tables and error details. Those from U+0080 are 0xc2
// with a byte below 0xa0 behind it in UTF-8.
bool IsPlainText(std::string_view text) {
  unsigned char last = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || (last == 0xc2 && byte < 0xa0)) return false;
    last = byte;
  }
  return true;
}

bool IsVariableName(std::string_view name) {
  return name.size() <= limits::kLabelBytes && name.front() >= 'A' && name.front() <= 'Z' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
         });
}

// An address of a server without user or password, which would be a secret in the database.
bool IsBaseUrl(std::string_view url) {
  const size_t scheme = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
  if (scheme == 0) return false;
  const std::string_view host = url.substr(scheme, url.find('/', scheme) - scheme);
  return !host.empty() && host.front() != ':' && url.find_first_of(" @?#\"<>\\") == url.npos;
}

// A number of an endpoint, from 1 to the limit of that name.
absl::Status CheckNumber(std::string_view limit, const std::string& model, std::string_view field,
                         int value, int most) {
  if (value >= 1 && value <= most) return absl::OkStatus();
  const absl::Status invalid =
      ModelInvalid(model, fmt::format("endpoint's {} must be 1 to {}", field, most));
  return value < 1 ? invalid : BeyondLimit(limit, invalid);
}

// A text of at most so many bytes, the limit of that name.
absl::Status CheckText(std::string_view limit, const std::string& model, std::string_view field,
                       std::string_view text, size_t most) {
  if (text.size() > most) {
    return BeyondLimit(
        limit, ModelInvalid(model, fmt::format("{} must have at most {} bytes", field, most)));
  }
  if (IsPlainText(text)) return absl::OkStatus();
  return ModelInvalid(model, fmt::format("{} must be plain text", field));
}

absl::Status CheckServer(const std::string& model, const Endpoint& endpoint) {
  if (endpoint.protocol != kOpenAiProtocol) {
    return ModelInvalid(model, "endpoint's protocol must be given");
  }
  ARENA_RETURN_IF_ERROR(CheckText("kEndpointUrlBytes", model, "endpoint's url", endpoint.url,
                                  limits::kEndpointUrlBytes));
  if (!IsBaseUrl(endpoint.url)) {
    return ModelInvalid(model,
                        "endpoint's url must be http:// or https:// with a host and without "
                        "user, query or spaces");
  }
  ARENA_RETURN_IF_ERROR(CheckText("kRemoteModelBytes", model, "endpoint's remote_model",
                                  endpoint.remote_model, limits::kRemoteModelBytes));
  if (!endpoint.api_key_env.empty() && !IsVariableName(endpoint.api_key_env)) {
    return ModelInvalid(model,
                        "endpoint's api_key_env must be the name of a variable, such as "
                        "EXAMPLE_API_KEY, never a key");
  }
  return absl::OkStatus();
}

absl::Status CheckEndpoint(const std::string& model, const Endpoint& endpoint) {
  ARENA_RETURN_IF_ERROR(CheckServer(model, endpoint));
  ARENA_RETURN_IF_ERROR(CheckNumber("kFirstTokenTimeoutMs", model, "first_token_timeout_ms",
                                    endpoint.first_token_timeout_ms, limits::kFirstTokenTimeoutMs));
  ARENA_RETURN_IF_ERROR(CheckNumber("kTotalTimeoutMs", model, "total_timeout_ms",
                                    endpoint.total_timeout_ms, limits::kTotalTimeoutMs));
  return CheckNumber("kEndpointTokens", model, "max_tokens", endpoint.max_tokens,
                     limits::kEndpointTokens);
}

absl::Status CheckDescription(const ModelDescription& model) {
  if (!IsModelName(model.name)) {
    // The name itself may be anything here, so it is not repeated in full.
    const bool is_short = model.name.size() <= limits::kModelNameBytes;
    return ModelInvalid(is_short && IsPlainText(model.name) ? model.name : "…",
                        "name must be 1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit");
  }
  const std::pair<std::string_view, const std::string*> labels[] = {
      {"display_name", &model.display_name},
      {"provider", &model.provider},
      {"organization", &model.organization},
      {"license", &model.license}};
  for (const auto& [field, text] : labels) {
    ARENA_RETURN_IF_ERROR(CheckText("kLabelBytes", model.name, field, *text, limits::kLabelBytes));
  }
  ARENA_RETURN_IF_ERROR(
      CheckText("kModelNameBytes", model.name, "family", model.family, limits::kModelNameBytes));
  if (model.variant_of == model.name) {
    return ModelInvalid(model.name, "variant_of must be another model");
  }
  return absl::OkStatus();
}

}  // namespace

void FillDefaults(ModelSpec& spec) {
  if (spec.description.display_name.empty()) spec.description.display_name = spec.name();
  for (Endpoint& endpoint : spec.endpoints) {
    if (endpoint.remote_model.empty()) endpoint.remote_model = spec.name();
    if (endpoint.first_token_timeout_ms == 0) endpoint.first_token_timeout_ms = 30'000;
    if (endpoint.total_timeout_ms == 0) endpoint.total_timeout_ms = 300'000;
    if (endpoint.max_tokens == 0) endpoint.max_tokens = 4'096;
  }
}

absl::Status CheckSpecs(std::span<const ModelSpec> specs) {
  absl::flat_hash_set<std::string> names;
  for (const ModelSpec& spec : specs) {
    ARENA_RETURN_IF_ERROR(CheckDescription(spec.description));
    if (!names.insert(spec.name()).second) {
      return ModelInvalid(spec.name(), "name must stand once in a request");
    }
    if (spec.endpoints.size() > static_cast<size_t>(limits::kEndpointsPerModel)) {
      return BeyondLimit("kEndpointsPerModel",
                         ModelInvalid(spec.name(), fmt::format("endpoints must be at most {}",
                                                               limits::kEndpointsPerModel)));
    }
    for (const Endpoint& endpoint : spec.endpoints) {
      ARENA_RETURN_IF_ERROR(CheckEndpoint(spec.name(), endpoint));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<ApplyPlan> PlanApply(std::span<const ModelSpec> specs,
                                    std::span<const Model> known) {
  absl::flat_hash_map<std::string, const Model*> known_by_name;
  absl::flat_hash_set<std::string> names;
  for (const Model& model : known) known_by_name.emplace(model.name(), &model);
  for (const Model& model : known) names.insert(model.name());
  for (const ModelSpec& spec : specs) names.insert(spec.name());

  ApplyPlan plan;
  for (const ModelSpec& spec : specs) {
    const std::string& base = spec.description.variant_of;
    if (!base.empty() && !names.contains(base)) {
      return ModelInvalid(spec.name(), "variant_of must be the name of a model");
    }
    if (!spec.endpoints.empty()) plan.served.push_back(&spec);
    const auto found = known_by_name.find(spec.name());
    if (found == known_by_name.end()) {
      const ModelState state = spec.state.value_or(ModelState::kDraft);
      if (IsDrawn(state) && spec.endpoints.empty()) {
        return ModelInvalid(spec.name(), "endpoints must be given: it would be drawn");
      }
      plan.added.push_back(&spec);
      plan.states.emplace_back(spec.name(), state);
      continue;
    }
    const Model& model = *found->second;
    const bool is_redescribed = spec.description != model.description;
    const bool is_moved = spec.state.has_value() && *spec.state != model.state;
    if (is_redescribed) plan.redescribed.push_back(&spec);
    if (is_moved) plan.states.emplace_back(spec.name(), *spec.state);
    ++(is_redescribed || is_moved ? plan.changed_count : plan.unchanged_count);
  }
  return plan;
}

}  // namespace arena::matchmaker
