#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace arena::rating {

// Most models of one board. Pair counts take 64 bytes a pair, so this is also a bound on memory.
inline constexpr uint32_t kMaxModels = 4096;

// Model names and their dense indices, in order of first appearance. No result depends on that
// order: whoever computes goes through the models by name. Not safe for use by several threads.
class ModelIndex {
 public:
  // The index of `name`, which is new or known. Nothing when it would be one model too many.
  std::optional<uint32_t> Intern(std::string_view name);
  std::optional<uint32_t> Find(std::string_view name) const;
  const std::string& Name(uint32_t index) const { return names_[index]; }
  uint32_t size() const { return static_cast<uint32_t>(names_.size()); }

  // All indices, sorted by the bytes of the names.
  std::vector<uint32_t> ByName() const;

 private:
  std::vector<std::string> names_;
  absl::flat_hash_map<std::string, uint32_t> index_of_;
};

}  // namespace arena::rating
