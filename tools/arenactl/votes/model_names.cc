#include "tools/arenactl/votes/model_names.h"

#include <algorithm>

#include "common/base/limits.h"

namespace arena::arenactl {
namespace {

bool IsLetterOrDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

bool IsModelName(const std::string& name) {
  return !name.empty() && name.size() <= limits::kModelNameBytes && IsLetterOrDigit(name[0]) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return IsLetterOrDigit(c) || c == '.' || c == '_' || c == '-'; });
}

}  // namespace arena::arenactl
