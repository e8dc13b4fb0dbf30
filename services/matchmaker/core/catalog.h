#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "common/base/ids.h"
#include "common/domain/battle.h"
#include "services/matchmaker/core/capabilities.h"
#include "services/matchmaker/core/draw.h"

namespace arena::matchmaker {

// What an operator says of a model, its state aside.
struct ModelDescription {
  std::string name;
  std::string display_name;
  std::string provider;
  std::string organization;
  std::string license;
  std::string family;
  std::string variant_of;
  CapabilitySet capabilities;

  friend bool operator==(const ModelDescription&, const ModelDescription&) = default;
};

// A model as it is stored.
struct Model {
  ModelId id{};
  ModelDescription description;
  ModelState state = ModelState::kDraft;
  absl::Time state_time;
  std::string state_reason;

  const std::string& name() const { return description.name; }

  friend bool operator==(const Model&, const Model&) = default;
};

// Whether the model takes part in anonymous battles.
inline bool IsDrawn(ModelState state) {
  return state == ModelState::kAnonymousOnly || state == ModelState::kActive;
}

// All models at one moment, with what a draw needs ready made. Immutable, so threads may share it.
class Catalog {
 public:
  explicit Catalog(std::vector<Model> models);

  // By name, ascending.
  const std::vector<Model>& models() const { return models_; }

  // The model that a user may name, or null: unknown, draft, anonymous-only and retired models are
  // all alike.
  const Model* FindNameable(std::string_view name) const;

  // The models that can be drawn and have what is required.
  const EligibleSet& Eligible(CapabilitySet required) const { return eligible_[required.index()]; }

 private:
  std::vector<Model> models_;
  absl::flat_hash_map<std::string, const Model*> nameable_;
  std::array<EligibleSet, kCapabilitySets> eligible_;
};

}  // namespace arena::matchmaker
