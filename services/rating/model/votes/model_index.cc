#include "services/rating/model/votes/model_index.h"

#include <algorithm>
#include <numeric>

namespace arena::rating {

std::optional<uint32_t> ModelIndex::Intern(std::string_view name) {
  if (const auto found = Find(name)) return found;
  if (size() == kMaxModels) return std::nullopt;
  names_.emplace_back(name);
  index_of_.emplace(names_.back(), size() - 1);
  return size() - 1;
}

std::optional<uint32_t> ModelIndex::Find(std::string_view name) const {
  const auto found = index_of_.find(absl::string_view(name.data(), name.size()));
  if (found == index_of_.end()) return std::nullopt;
  return found->second;
}

std::vector<uint32_t> ModelIndex::ByName() const {
  std::vector<uint32_t> order(names_.size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::sort(order, {},
                    [this](uint32_t index) -> const std::string& { return names_[index]; });
  return order;
}

}  // namespace arena::rating
