#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "services/rating/model/votes/outcome.h"

namespace arena::bench {

// A vote as a packed log holds it: 8 bytes.
struct PackedVote {
  uint16_t left;
  uint16_t right;
  uint32_t outcome : 2;
  uint32_t categories : 30;
};
static_assert(sizeof(PackedVote) == 8);

// Seeded votes between `models` of normal strengths: popularity falls as one over the rank, three
// votes in ten are ties, and a vote is on board 0 and on three more of 24 on average.
std::vector<PackedVote> MakeVotes(size_t count, uint32_t models, uint64_t seed);

// "model-017".
std::string ModelName(uint32_t model);

// Writes them as CSV with the header model_a,model_b,winner.
void WriteCsv(const std::vector<PackedVote>& votes, const std::string& path);

}  // namespace arena::bench
