#include "services/matchmaker/core/model_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "services/matchmaker/core/errors.h"

namespace arena::matchmaker {
namespace {

constexpr int kOpenAiProtocol = 1;

bool IsLetterOrDigit(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// Control characters would break log lines, tables and error details.
bool IsPlainText(std::string_view text, size_t most_bytes) {
  return text.size() <= most_bytes && std::none_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
         });
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
  if (scheme == 0 || !IsPlainText(url, kEndpointUrlBytes)) return false;
  const std::string_view host = url.substr(scheme, url.find('/', scheme) - scheme);
  return !host.empty() && host.front() != ':' && url.find_first_of(" @?#\"<>\\") == url.npos;
}

bool IsBetween(int value, int least, int most) { return value >= least && value <= most; }

absl::Status CheckEndpoint(const std::string& model, const Endpoint& endpoint) {
  if (endpoint.protocol != kOpenAiProtocol) {
    return ModelInvalid(model, "endpoint's protocol must be given");
  }
  if (!IsBaseUrl(endpoint.url)) {
    return ModelInvalid(model,
                        "endpoint's url must be http:// or https:// with a host and without "
                        "user, query or spaces");
  }
  if (!IsPlainText(endpoint.remote_model, kRemoteModelBytes)) {
    return ModelInvalid(model, fmt::format("endpoint's remote_model must have at most {} bytes",
                                           kRemoteModelBytes));
  }
  if (!endpoint.api_key_env.empty() && !IsVariableName(endpoint.api_key_env)) {
    return ModelInvalid(model,
                        "endpoint's api_key_env must be the name of a variable, such as "
                        "EXAMPLE_API_KEY, never a key");
  }
  if (!IsBetween(endpoint.first_token_timeout_ms, 1, kMaxFirstTokenTimeoutMs)) {
    return ModelInvalid(model, "endpoint's first_token_timeout_ms must be 1 to 600,000");
  }
  if (!IsBetween(endpoint.total_timeout_ms, 1, kMaxTotalTimeoutMs)) {
    return ModelInvalid(model, "endpoint's total_timeout_ms must be 1 to 3,600,000");
  }
  if (!IsBetween(endpoint.max_tokens, 1, kMaxReplyTokens)) {
    return ModelInvalid(model, "endpoint's max_tokens must be 1 to 131,072");
  }
  return absl::OkStatus();
}

absl::Status CheckDescription(const ModelDescription& model) {
  if (!IsModelName(model.name)) {
    // The name itself may be anything here, so it is not repeated in full.
    return ModelInvalid(IsPlainText(model.name, limits::kModelNameBytes) ? model.name : "…",
                        "name must be 1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit");
  }
  const std::pair<std::string_view, const std::string*> labels[] = {
      {"display_name", &model.display_name},
      {"provider", &model.provider},
      {"organization", &model.organization},
      {"license", &model.license}};
  for (const auto& [field, text] : labels) {
    if (!IsPlainText(*text, limits::kLabelBytes)) {
      return BeyondLimit(
          "kLabelBytes",
          ModelInvalid(model.name, fmt::format("{} must have at most {} bytes of plain text", field,
                                               limits::kLabelBytes)));
    }
  }
  if (!IsPlainText(model.family, limits::kModelNameBytes)) {
    return BeyondLimit("kModelNameBytes",
                       ModelInvalid(model.name, "family must have at most 64 bytes of plain text"));
  }
  if (model.variant_of == model.name) {
    return ModelInvalid(model.name, "variant_of must be another model");
  }
  return absl::OkStatus();
}

}  // namespace

bool IsModelName(std::string_view name) {
  return !name.empty() && name.size() <= limits::kModelNameBytes && IsLetterOrDigit(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return IsLetterOrDigit(c) || c == '.' || c == '_' || c == '-'; });
}

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
