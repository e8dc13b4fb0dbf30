#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "services/rating/model/intervals/rounds.h"
#include "services/rating/model/votes/pair_counts.h"

namespace arena::rating {

// Six bytes of memory each.
inline constexpr int64_t kMostEloBootstrapVotes = 100'000'000;

struct EloBootstrapOptions {
  double k = 32.0;
  int rounds = 100;
  uint64_t seed = 1;
  int threads = 1;
};

// Online Elo over random orders: each round draws as many votes as there are, with replacement, and
// plays them in the order drawn (Chatbot Arena's first week). For votes without order the median is
// the rating. `models` are dense indices of `counts`; the result is in their order.
// `counts` hold at most kMostEloBootstrapVotes.
std::vector<RoundSummary> BootstrapElo(const PairCounts& counts, std::span<const uint32_t> models,
                                       const EloBootstrapOptions& options);

}  // namespace arena::rating
