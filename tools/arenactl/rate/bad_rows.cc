#include "tools/arenactl/rate/bad_rows.h"

#include <fmt/format.h>

namespace arena::rate {
namespace {

// Places that are named for each reason.
constexpr int64_t kNamedPlaces = 5;

}  // namespace

void BadRows::Add(std::string_view reason, std::string_view place, int64_t number) {
  ++count_;
  auto found = reasons_.find(reason);
  if (found == reasons_.end()) found = reasons_.emplace(reason, Reason{}).first;
  Reason& entry = found->second;
  if (++entry.count > kNamedPlaces) return;
  entry.places +=
      entry.count == 1 ? fmt::format("{} {}", place, number) : fmt::format(", {}", number);
}

std::string BadRows::Describe() const {
  std::string text;
  for (const auto& [reason, entry] : reasons_) {
    text += fmt::format("{} × {} ({}{})\n", entry.count, reason, entry.places,
                        entry.count > kNamedPlaces ? ", …" : "");
  }
  return text;
}

}  // namespace arena::rate
