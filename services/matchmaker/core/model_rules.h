#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/domain/battle.h"
#include "services/matchmaker/core/catalog.h"

namespace arena::matchmaker {

// Where a model is served. The key is never here: `api_key_env` names a variable.
struct Endpoint {
  // The number of arena.v1.EndpointProtocol.
  int protocol = 0;
  std::string url;
  std::string remote_model;
  std::string api_key_env;
  int first_token_timeout_ms = 0;
  int total_timeout_ms = 0;
  int max_tokens = 0;
};

// A model as an operator wants it.
struct ModelSpec {
  ModelDescription description;
  // Nothing: draft when new, unchanged when known.
  std::optional<ModelState> state;
  // Empty: those of a known model stay.
  std::vector<Endpoint> endpoints;

  const std::string& name() const { return description.name; }
};

// Fills in what was left out: the display name, the endpoints' remote names, times and tokens.
void FillDefaults(ModelSpec& spec);

// MODEL_INVALID, with the model and what is wrong, unless every spec can be stored and each name
// stands once.
absl::Status CheckSpecs(std::span<const ModelSpec> specs);

// What it takes to make the models as described.
struct ApplyPlan {
  std::vector<const ModelSpec*> added;
  // Known models of which anything but the state changes.
  std::vector<const ModelSpec*> redescribed;
  // Names and states: of all added models, and of known ones whose state changes.
  std::vector<std::pair<std::string, ModelState>> states;
  // Specs with endpoints; each becomes a new revision.
  std::vector<const ModelSpec*> served;
  int changed_count = 0;
  int unchanged_count = 0;
};

// Compares checked specs, which must outlive the plan, with the models that are known.
// MODEL_INVALID for a variant of an unknown model and for a new model that would be drawn but is
// served nowhere.
absl::StatusOr<ApplyPlan> PlanApply(std::span<const ModelSpec> specs, std::span<const Model> known);

}  // namespace arena::matchmaker
