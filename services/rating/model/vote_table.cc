#include "services/rating/model/vote_table.h"

#include <algorithm>

namespace arena::rating {

std::array<float, kStyleFeatures> StyleDifference(const StyleOfSide& left, const StyleOfSide& right,
                                                  bool is_compatible) {
  std::array<float, kStyleFeatures> difference{};
  for (size_t k = 0; k < kStyleFeatures; ++k) {
    const float sum = left[k] + right[k] + (is_compatible ? 1.0f : 0.0f);
    if (sum > 0) difference[k] = (left[k] - right[k]) / sum;
  }
  return difference;
}

void VoteTable::Append(int64_t position, uint32_t left, uint32_t right, Outcome outcome,
                       const std::array<float, kStyleFeatures>& style, float weight,
                       uint32_t cluster) {
  votes_.push_back({.position = static_cast<uint64_t>(position) & ((uint64_t{1} << 37) - 1),
                    .left = left & 0xfffu,
                    .right = right & 0xfffu,
                    .outcome = static_cast<uint64_t>(outcome) & 3u,
                    .is_counted = 1,
                    .style = style,
                    .weight = weight,
                    .cluster = cluster});
}

bool VoteTable::SetCounted(int64_t position, bool is_counted) {
  const auto found = std::ranges::lower_bound(votes_, position, {}, [](const TableVote& vote) {
    return static_cast<int64_t>(vote.position);
  });
  if (found == votes_.end() || static_cast<int64_t>(found->position) != position) return false;
  if (found->is_counted == (is_counted ? 1u : 0u)) return false;
  found->is_counted = is_counted ? 1u : 0u;
  return true;
}

}  // namespace arena::rating
