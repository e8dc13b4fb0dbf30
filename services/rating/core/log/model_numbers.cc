#include "services/rating/core/log/model_numbers.h"

#include <fmt/format.h>

namespace arena::rating {

absl::StatusOr<uint32_t> ModelNumbers::Learn(ModelId id) {
  const auto name = names_.find(id);
  if (name == names_.end()) {
    return absl::DataLossError(
        fmt::format("the vote log names model {}, which is not there", static_cast<int>(id)));
  }
  const auto number = index_.Intern(name->second);
  if (!number) {
    return absl::ResourceExhaustedError(
        fmt::format("the vote log has votes of more than {} models", kMaxModels));
  }
  numbers_.emplace(id, *number);
  return *number;
}

std::shared_ptr<const ModelIndex> ModelNumbers::Share() {
  if (shared_ == nullptr || shared_->size() != index_.size()) {
    shared_ = std::make_shared<const ModelIndex>(index_);
  }
  return shared_;
}

}  // namespace arena::rating
