#include "common/domain/model_name.h"

#include <algorithm>

#include "common/base/limits.h"

namespace arena {
namespace {

bool IsLetterOrDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

bool IsModelName(std::string_view name) {
  return !name.empty() && name.size() <= limits::kModelNameBytes && IsLetterOrDigit(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return IsLetterOrDigit(c) || c == '.' || c == '_' || c == '-'; });
}

}  // namespace arena
