#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/random.h"

namespace arena::model_gateway {

// `bytes` cut into pieces of 1 to `longest` bytes, at places drawn from `random`.
inline std::vector<std::string> CutAtRandom(std::string_view bytes, size_t longest,
                                            Random& random) {
  std::vector<std::string> pieces;
  while (!bytes.empty()) {
    const size_t length = 1 + static_cast<size_t>(random.Below(longest));
    pieces.emplace_back(bytes.substr(0, length));
    bytes.remove_prefix(std::min(length, bytes.size()));
  }
  return pieces;
}

}  // namespace arena::model_gateway
