#include "tools/arenactl/votes/position_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"

namespace arena::arenactl {
namespace {

// More than anyone means to write as ranges.
constexpr int64_t kMostPositions = 1'000'000;

absl::Status Add(const std::string& item, std::vector<int64_t>& positions) {
  const std::vector<std::string> ends = absl::StrSplit(item, absl::MaxSplits('-', 1));
  int64_t first = 0;
  int64_t last = 0;
  const bool is_range = absl::SimpleAtoi(ends.front(), &first) &&
                        absl::SimpleAtoi(ends.back(), &last) && first >= 1 && first <= last;
  if (!is_range) {
    return absl::InvalidArgumentError(
        fmt::format("'{}' is no position: give numbers from 1, or ranges such as 20-25.", item));
  }
  if (last - first >= kMostPositions - static_cast<int64_t>(positions.size())) {
    return absl::InvalidArgumentError(
        fmt::format("These are more than {} positions: take fewer at a time.", kMostPositions));
  }
  for (int64_t position = first; position <= last; ++position) positions.push_back(position);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<int64_t>> ParsePositions(const std::vector<std::string>& texts) {
  std::vector<int64_t> positions;
  for (const std::string& text : texts) {
    for (const auto item : absl::StrSplit(text, ',')) {
      ARENA_RETURN_IF_ERROR(Add(std::string(item), positions));
    }
  }
  std::sort(positions.begin(), positions.end());
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  return positions;
}

}  // namespace arena::arenactl
