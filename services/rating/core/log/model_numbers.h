#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "common/base/ids.h"
#include "services/rating/model/votes/model_index.h"

namespace arena::rating {

// Numbers the models with a rated vote 0, 1, … in the order in which the log first mentions them.
// For one thread at a time.
class ModelNumbers {
 public:
  // Names must be known before entries that mention their models; they never change.
  void Name(ModelId id, std::string_view name) { names_.try_emplace(id, std::string(name)); }
  bool Knows(ModelId id) const { return names_.contains(id); }

  // DATA_LOSS when the model has no name, RESOURCE_EXHAUSTED when it is one too many.
  absl::StatusOr<uint32_t> NumberOf(ModelId id) {
    if (const auto known = numbers_.find(id); known != numbers_.end()) return known->second;
    return Learn(id);
  }

  const ModelIndex& index() const { return index_; }
  // A copy for a view, made again only when there is a new model.
  std::shared_ptr<const ModelIndex> Share();
  // Puts back what a checkpoint holds.
  void Restore(ModelIndex index) { index_ = std::move(index); }

 private:
  absl::StatusOr<uint32_t> Learn(ModelId id);

  absl::flat_hash_map<ModelId, std::string> names_;
  absl::flat_hash_map<ModelId, uint32_t> numbers_;
  ModelIndex index_;
  std::shared_ptr<const ModelIndex> shared_;
};

}  // namespace arena::rating
