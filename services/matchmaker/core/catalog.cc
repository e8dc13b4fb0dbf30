#include "services/matchmaker/core/catalog.h"

#include <algorithm>
#include <utility>

namespace arena::matchmaker {

Catalog::Catalog(std::vector<Model> models) : models_(std::move(models)) {
  std::sort(models_.begin(), models_.end(),
            [](const Model& a, const Model& b) { return a.name() < b.name(); });
  for (const Model& model : models_) {
    if (model.state == ModelState::kActive) nameable_.emplace(model.name(), &model);
  }
  for (unsigned index = 0; index < kCapabilitySets; ++index) {
    const CapabilitySet required = CapabilitySet::FromIndex(index);
    std::vector<ModelId> ids;
    for (const Model& model : models_) {
      if (IsDrawn(model.state) && model.description.capabilities.Covers(required)) {
        ids.push_back(model.id);
      }
    }
    eligible_[index] = EligibleSet(std::move(ids));
  }
}

const Model* Catalog::FindNameable(std::string_view name) const {
  const auto found = nameable_.find(std::string(name));
  return found == nameable_.end() ? nullptr : found->second;
}

}  // namespace arena::matchmaker
