#pragma once

#include <string>
#include <vector>

#include "services/matchmaker/core/catalog.h"

namespace arena::matchmaker {

// A model named after its id: "model-7".
inline Model ModelNumber(int id, ModelState state = ModelState::kActive,
                         std::vector<Capability> capabilities = {}) {
  Model model{.id = ModelId{id}, .state = state};
  model.description.name = "model-" + std::to_string(id);
  model.description.display_name = model.description.name;
  for (const Capability capability : capabilities) model.description.capabilities.Add(capability);
  return model;
}

// Active models with the ids 1 to `count`.
inline Catalog CatalogOf(int count) {
  std::vector<Model> models;
  for (int id = 1; id <= count; ++id) models.push_back(ModelNumber(id));
  return Catalog(models);
}

inline CapabilitySet SetOf(const std::vector<Capability>& capabilities) {
  CapabilitySet set;
  for (const Capability capability : capabilities) set.Add(capability);
  return set;
}

}  // namespace arena::matchmaker
