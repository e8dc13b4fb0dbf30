#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/rating/model/outcome.h"

namespace arena::rating {

// Answer tokens, headers, list items and bold spans.
inline constexpr size_t kStyleFeatures = 4;
using StyleOfSide = std::array<float, kStyleFeatures>;

// How much more of each feature the left side has, from -1 to 1: (A - B) / (A + B), and 0 when both
// are 0. With `is_compatible`, (A - B) / (A + B + 1), as LMArena computes it.
std::array<float, kStyleFeatures> StyleDifference(const StyleOfSide& left, const StyleOfSide& right,
                                                  bool is_compatible);

// What style control and clustering need of one vote: 32 bytes.
struct TableVote {
  uint64_t position : 37;
  uint64_t left : 12;
  uint64_t right : 12;
  uint64_t outcome : 2;
  uint64_t is_counted : 1;
  std::array<float, kStyleFeatures> style;
  float weight;
  // The voter's number; votes of one number are one cluster.
  uint32_t cluster;
};
static_assert(sizeof(TableVote) == 32);

// The votes of a board one by one, in log order, for the boards that need more than counts.
class VoteTable {
 public:
  // Positions ascend; indices are dense and below kMaxModels.
  void Append(int64_t position, uint32_t left, uint32_t right, Outcome outcome,
              const std::array<float, kStyleFeatures>& style, float weight, uint32_t cluster);
  // As EloHistory.
  bool Retract(int64_t position) { return SetCounted(position, false); }
  bool Restore(int64_t position) { return SetCounted(position, true); }

  const std::vector<TableVote>& votes() const { return votes_; }

 private:
  bool SetCounted(int64_t position, bool is_counted);

  std::vector<TableVote> votes_;
};

}  // namespace arena::rating
