#include "tools/arenactl/models/models_file.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/config/yaml_document.h"
#include "tools/arenactl/models/yaml_map.h"

namespace arena::arenactl {
namespace {

// A value of an enum by its name in the file.
template <typename Enum>
using Names = std::map<std::string_view, Enum>;

const Names<v1::ModelState>& StateNames() {
  static const Names<v1::ModelState> names = {{"draft", v1::MODEL_STATE_DRAFT},
                                              {"anonymous_only", v1::MODEL_STATE_ANONYMOUS_ONLY},
                                              {"active", v1::MODEL_STATE_ACTIVE},
                                              {"retired", v1::MODEL_STATE_RETIRED}};
  return names;
}

const Names<v1::Capability>& CapabilityNames() {
  static const Names<v1::Capability> names = {{"text", v1::CAPABILITY_TEXT},
                                              {"vision", v1::CAPABILITY_VISION},
                                              {"tools", v1::CAPABILITY_TOOLS},
                                              {"long_context", v1::CAPABILITY_LONG_CONTEXT}};
  return names;
}

const Names<v1::EndpointProtocol>& ProtocolNames() {
  static const Names<v1::EndpointProtocol> names = {{"openai", v1::ENDPOINT_PROTOCOL_OPENAI}};
  return names;
}

// Reads one models file into a request.
class ModelsReader {
 public:
  ModelsReader(const std::string& file, const config::Environment& environment)
      : yaml_(file, environment) {}

  absl::StatusOr<v1::ApplyModelsRequest> Read(const YAML::Node& root) {
    v1::ApplyModelsRequest request;
    const auto read_model = [&](const YAML::Node& node) {
      return ReadModel(node, *request.add_models());
    };
    const auto read_models = [&](const YAML::Node& node) {
      return yaml_.ReadList(node, "models", read_model);
    };
    ARENA_RETURN_IF_ERROR(
        yaml_.ReadMap(root, "the file", {{"models", read_models, /*is_required=*/true}}));
    if (request.models_size() > limits::kModelsPerApply) {
      return yaml_.Error(root, fmt::format("the file has {} models; at most {} go into one",
                                           request.models_size(), limits::kModelsPerApply));
    }
    return request;
  }

 private:
  using Reader = std::function<absl::Status(const YAML::Node&)>;

  absl::Status ReadModel(const YAML::Node& node, v1::ModelSpec& spec) {
    v1::Model& model = *spec.mutable_model();
    ARENA_RETURN_IF_ERROR(yaml_.ReadMap(
        node, "a model",
        {{"name", Into(*model.mutable_name()), /*is_required=*/true},
         {"display_name", Into(*model.mutable_display_name())},
         {"provider", Into(*model.mutable_provider())},
         {"organization", Into(*model.mutable_organization())},
         {"license", Into(*model.mutable_license())},
         {"family", Into(*model.mutable_family())},
         {"variant_of", Into(*model.mutable_variant_of())},
         {"state", OneOf<v1::ModelState>(StateNames(), [&](auto v) { model.set_state(v); })},
         {"capabilities", ListOf(OneOf<v1::Capability>(
                              CapabilityNames(), [&](auto v) { model.add_capabilities(v); }))},
         {"endpoints", ListOf([&](const YAML::Node& endpoint) {
            return ReadEndpoint(endpoint, *spec.add_endpoints());
          })}}));
    if (model.display_name().empty()) model.set_display_name(model.name());
    if (!names_.insert(model.name()).second) {
      return yaml_.Error(node, fmt::format("the model '{}' is given twice", model.name()));
    }
    return absl::OkStatus();
  }

  absl::Status ReadEndpoint(const YAML::Node& node, v1::ModelEndpoint& endpoint) {
    const auto number = [&](auto set, int32_t most) -> Reader {
      return [this, set, most, &endpoint](const YAML::Node& value) -> absl::Status {
        ARENA_ASSIGN_OR_RETURN(const int32_t count, yaml_.Number(value, most));
        (endpoint.*set)(count);
        return absl::OkStatus();
      };
    };
    return yaml_.ReadMap(
        node, "an endpoint",
        {{"protocol",
          OneOf<v1::EndpointProtocol>(ProtocolNames(), [&](auto v) { endpoint.set_protocol(v); }),
          /*is_required=*/true},
         {"url", Into(*endpoint.mutable_url()), /*is_required=*/true},
         {"model", Into(*endpoint.mutable_remote_model())},
         {"api_key_env", Into(*endpoint.mutable_api_key_env())},
         {"first_token_timeout_ms",
          number(&v1::ModelEndpoint::set_first_token_timeout_ms, limits::kFirstTokenTimeoutMs)},
         {"total_timeout_ms",
          number(&v1::ModelEndpoint::set_total_timeout_ms, limits::kTotalTimeoutMs)},
         {"max_tokens", number(&v1::ModelEndpoint::set_max_tokens, limits::kEndpointTokens)}});
  }

  Reader Into(std::string& target) {
    return [this, &target](const YAML::Node& node) -> absl::Status {
      ARENA_ASSIGN_OR_RETURN(target, yaml_.Text(node));
      return absl::OkStatus();
    };
  }

  Reader ListOf(Reader read) {
    return [this, read = std::move(read)](const YAML::Node& node) {
      return yaml_.ReadList(node, "this", read);
    };
  }

  template <typename Enum>
  Reader OneOf(const Names<Enum>& names, std::function<void(Enum)> set) {
    return [this, &names, set = std::move(set)](const YAML::Node& node) -> absl::Status {
      ARENA_ASSIGN_OR_RETURN(const std::string text, yaml_.Text(node));
      const auto found = names.find(text);
      if (found != names.end()) {
        set(found->second);
        return absl::OkStatus();
      }
      std::string known;
      for (const auto& [name, value] : names)
        known += (known.empty() ? "" : ", ") + std::string(name);
      return yaml_.Error(node, fmt::format("'{}' is not one of {}", text, known));
    };
  }

  const YamlReader yaml_;
  std::set<std::string> names_;
};

}  // namespace

absl::StatusOr<v1::ApplyModelsRequest> ParseModelsFile(const std::string& file,
                                                       const std::string& text,
                                                       const config::Environment& environment) {
  try {
    return ModelsReader(file, environment).Read(config::LoadYaml(text));
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(
        fmt::format("{}:{}: not one YAML document: {}.", file, error.mark.line + 1, error.msg));
  }
}

}  // namespace arena::arenactl
