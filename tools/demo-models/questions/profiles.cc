#include "tools/demo-models/questions/profiles.h"

namespace arena::demo {

const Profile* FindProfile(std::string_view name) {
  for (const Profile& profile : kProfiles) {
    if (profile.name == name) return &profile;
  }
  return nullptr;
}

}  // namespace arena::demo
