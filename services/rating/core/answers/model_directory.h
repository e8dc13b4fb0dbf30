#pragma once

#include <map>
#include <string>

#include "common/domain/battle.h"

namespace arena::rating {

// What is known of a model beside its votes; applied when a leaderboard is read.
struct ModelFacts {
  std::string display_name;
  std::string organization;
  std::string license;
  ModelState state = ModelState::kActive;

  friend bool operator==(const ModelFacts&, const ModelFacts&) = default;
};

// By name. Immutable once shared.
using ModelDirectory = std::map<std::string, ModelFacts, std::less<>>;

// Whether a public answer may list the model: an anonymous one never, a retired one when asked for,
// and one that the directory does not know (yet) not either.
inline bool MayList(const ModelFacts* facts, bool include_retired) {
  if (facts == nullptr || facts->state == ModelState::kAnonymousOnly) return false;
  return facts->state != ModelState::kRetired || include_retired;
}

}  // namespace arena::rating
