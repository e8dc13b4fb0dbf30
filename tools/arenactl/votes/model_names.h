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

// Whether the arena takes it as a model's name: 1 to 64 of A-Z a-z 0-9 . _ -, beginning with a
// letter or digit.
bool IsModelName(const std::string& name);

}  // namespace arena::arenactl
