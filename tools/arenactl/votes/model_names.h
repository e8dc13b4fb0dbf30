#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace arena::arenactl {

// Numbers names in order of first appearance.
class ModelNames {
 public:
  explicit ModelNames(std::vector<std::string>& names) : names_(names) {}

  uint32_t IndexOf(const std::string& name) {
    const auto [found, is_new] = indices_.emplace(name, static_cast<uint32_t>(names_.size()));
    if (is_new) names_.push_back(name);
    return found->second;
  }

 private:
  std::vector<std::string>& names_;
  std::unordered_map<std::string, uint32_t> indices_;
};

}  // namespace arena::arenactl
