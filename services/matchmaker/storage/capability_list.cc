#include "services/matchmaker/storage/capability_list.h"

#include <fmt/format.h>

#include "absl/strings/str_split.h"

namespace arena::matchmaker {

std::string JoinCapabilities(CapabilitySet capabilities) {
  std::string text;
  for (const Capability capability : capabilities.BeyondText()) {
    text += fmt::format("{}{}", text.empty() ? "" : ",", static_cast<int>(capability));
  }
  return text;
}

CapabilitySet SplitCapabilities(const std::string& list) {
  CapabilitySet capabilities;
  for (const auto number : absl::StrSplit(list, ',', absl::SkipEmpty())) {
    capabilities.Add(static_cast<Capability>(std::stoi(std::string(number))));
  }
  return capabilities;
}

}  // namespace arena::matchmaker
